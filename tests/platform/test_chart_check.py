"""The check of charts against the values that the program sets."""

import io
import tarfile
from pathlib import Path

import pytest

from components.observability.addons.charts import catalog
from components.platform.chart_values import known_values
from tests.operations.charts.servers import HelmSite, serving
from tests.support.chart_check import chart_files, main, missing_values

OWNED = known_values()["base"].owned


def test_a_value_that_a_chart_lacks_is_named() -> None:
    files = {"values.yaml": "_internal_defaults_do_not_set: {global: {istioNamespace: x}, defaultRevision: y}"}
    assert missing_values(files, "base") == ["global.imagePullSecrets", "compatibilityVersion"], (
        "Istio's charts ignore an unknown value in silence"
    )


def test_a_value_is_there_by_default_by_schema_or_because_a_template_reads_it() -> None:
    files = {
        "values.yaml": "global: {}\ndefaultRevision: ''",
        "values.schema.json": '{"$defs": {"values": {"properties": {"compatibilityVersion": {}}}}}',
    }
    assert missing_values(files, "base") == [], "an empty map is open to anything below it"
    files |= {"values.schema.json": "{}", "templates/x.yaml": "{{ with ($.Values).compatibilityVersion }}"}
    assert missing_values(files, "base") == [], "parentheses only guard against a missing map"


def test_a_value_that_only_begins_like_one_of_the_chart_is_not_there() -> None:
    files = {"values.yaml": "global: {}\ndefaultRevision: ''", "templates/x": "{{ .Values.compatibilityVersions }}"}
    assert missing_values(files, "base") == ["compatibilityVersion"], "the whole name counts"


def test_a_folder_is_checked_chart_by_chart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = b"global: {istioNamespace: x, imagePullSecrets: []}\ndefaultRevision: y\n"
    with tarfile.open(tmp_path / "base-1.30.3.tgz", "w:gz") as archive:
        entry = tarfile.TarInfo("base/values.yaml")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    assert list(chart_files(tmp_path / "base-1.30.3.tgz")) == ["values.yaml"], "paths are those below the chart"
    assert main([str(tmp_path)]) == 1, "make has to fail"
    assert capsys.readouterr().err.splitlines() == [
        "error: base-1.30.3.tgz: has no value compatibilityVersion, which the program sets",
        f"error: {tmp_path}: there is no istiod-VERSION.tgz",
        f"error: {tmp_path}: there is no gateway-VERSION.tgz",
    ], "each line says what to look at"


def test_without_a_folder_the_command_says_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2, "an empty FOLDER must not pass as a check"
    assert capsys.readouterr().err == (
        "error: name either a folder with the charts or a Helm repository: make check-charts FOLDER=charts, or "
        "REPOSITORY=https://charts.example.com\n"
    ), "the next command is in the message"


def chart(name: str, values: str) -> bytes:
    """An archive of a chart with these values."""
    packed, content = io.BytesIO(), values.encode()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for path, text in (("values.yaml", content), ("Chart.yaml", f"name: {name}".encode())):
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
    return packed.getvalue()


JAEGER = chart("jaeger", "jaeger: {}\nuserconfig: {}\n")
LOOKED_AT = "jaeger 8."
NOT_THERE = ["base", "istiod", "gateway", "kube-prometheus-stack", "grafana", "kiali-server"]


def test_a_folder_with_charts_of_addons_alone_is_checked_and_the_rest_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jaeger-4.11.1.tgz").write_bytes(JAEGER)
    assert main([str(tmp_path)]) == 0, "whoever mirrors the addons only looks at these"
    assert capsys.readouterr().out.splitlines() == [
        *(f"Not looked at, because it is not there: {name}." for name in NOT_THERE),
        f"The charts of {tmp_path} have all 8 values that the program sets: {LOOKED_AT}",
    ], "what nobody looked at must not pass for looked at"


def test_the_charts_of_a_repository_are_checked_and_what_it_lacks_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    site = HelmSite()
    site.add({f"jaeger-{catalog()['jaeger'].version}.tgz": JAEGER, "grafana-1.0.0.tgz": b""})
    with serving(site):
        repository = f"{site.address}/charts"
        assert main(["--repository", repository, "--istio", "1.30.3"]) == 0, "one publisher has not all charts"
    told = capsys.readouterr()
    assert told.out.splitlines()[-1] == (
        f"The charts of {repository} have all 8 values that the program sets: {LOOKED_AT}"
    ), "the charts of the catalogue's versions are looked at"
    assert f"base 1.30.3: {repository}: has no chart 'base'." in told.err.splitlines(), "the reason is told"
    assert f"grafana {catalog()['grafana'].version}: {repository}: has no grafana " in told.err, "a version is, too"


def test_a_repository_without_any_of_the_charts_is_no_success() -> None:
    site = HelmSite()
    site.add({})
    with serving(site):
        assert main(["--repository", f"{site.address}/charts"]) == 1, "nothing was looked at"
