"""What is found of charts in a registry before anything is registered, where there is a lock file."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from components.platform import preflight as module
from components.platform.chart_lock import LockedChart, lock_text
from components.platform.charts import CHART_NAMES
from components.platform.preflight import chart_problems
from components.platform.settings import IstioSettings
from tests.operations.charts.servers import RegistrySite, Site, serving


def locked(folder: Path, digests: Mapping[str, str]) -> None:
    """Write a lock file."""
    entries = [LockedChart(name=name, version="1.30.3", source="", sha256=digests[name]) for name in CHART_NAMES]
    (folder / "charts.lock.yaml").write_text(lock_text({(one.name, one.version): one for one in entries}))


def registry_problems(site: Site) -> list[str]:
    """What is found of the charts in a registry, as it is shown."""
    address = site.address.replace("http://", "oci://") + "/istio"
    istio = IstioSettings.model_validate({"version": "1.30.3", "charts": {"oci": address}})
    return [one.line("S").replace(address, "REGISTRY") for one in chart_problems(istio)]


@pytest.fixture
def archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Charts, and a project whose lock file has their digests."""
    found = {name: name.encode() for name in CHART_NAMES}
    locked(tmp_path, {name: hashlib.sha256(content).hexdigest() for name, content in found.items()})
    monkeypatch.chdir(tmp_path)
    return {f"{name}-1.30.3.tgz": content for name, content in found.items()}


def test_a_registry_is_asked_for_the_digests_of_a_lock_as_nobody(archives: dict[str, bytes]) -> None:
    site = RegistrySite()
    site.add(archives)
    with serving(site):
        assert registry_problems(site) == [], "the charts are those of the lock"
    assert not [one for one in site.seen if "/blobs/" in one], "the archives themselves are for Helm to fetch"


def test_an_exchanged_chart_of_a_registry_is_found_at_preview(archives: dict[str, bytes]) -> None:
    site = RegistrySite()
    site.add({**archives, "base-1.30.3.tgz": b"exchanged"})
    with serving(site):
        (found,) = registry_problems(site)
    assert found.startswith("S: mesh.istio.charts.oci: REGISTRY has another base 1.30.3 than charts.lock.yaml"), (
        "what Helm would install is not what was locked"
    )


def test_a_registry_that_wants_a_login_is_warned_of(
    archives: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(module.pulumi.log, "warn", said.append)
    site = RegistrySite(private=True)
    site.add(archives)
    with serving(site):
        assert registry_problems(site) == [], "Helm has a login, this check has none"
    assert said == [
        f"istio.charts.oci: charts.lock.yaml is compared by version only, because {site.address.replace('http', 'oci')}"
        "/istio wants a login. To have digests compared, run `./mesh charts vendor` and set istio.charts.folder."
    ], "a lock must not seem to do what it does not"


def test_a_registry_that_does_not_answer_is_refused_where_there_is_a_lock(archives: dict[str, bytes]) -> None:
    assert archives, "the lock is there"
    with serving(RegistrySite()) as site:
        pass
    assert registry_problems(site) == [
        "S: mesh.istio.charts.oci: REGISTRY does not answer (connection refused). Correct the address, or without "
        "network use charts on disk: istio.charts.folder. [MESH-407]"
    ], "Helm would fail on it in the middle of a deployment"


def test_a_registry_is_not_asked_without_a_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with serving(RegistrySite(private=True)) as site:
        assert registry_problems(site) == [], "Helm signs in with what the user has stored"
    assert not site.seen, "nobody else can"
