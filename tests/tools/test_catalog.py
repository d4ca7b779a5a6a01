"""The real catalogue: valid, complete, and of one mind with lab/go and constraints.txt."""

import re
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from components.platform.versions import minor_of, supported_versions
from lab.tools.catalog import Catalog, FromGo, FromModule, load_catalog
from lab.tools.machine import Machine
from lab.tools.release import downloads_for
from operations.lab.programs import LAB_TOOLS

CHECKOUT = Path(__file__).parents[2]
FILE = CHECKOUT / "lab/tools/catalog.yaml"
CATALOG = load_catalog()
MACHINES = [Machine(system, processor) for system in ("linux", "darwin") for processor in ("amd64", "arm64")]


def requirements(family: str) -> dict[str, str]:
    """What the go.mod file of a family requires: versions by module."""
    text = (CHECKOUT / "lab/go" / family / "go.mod").read_text()
    return dict(re.findall(r"^(?:require )?\s*(\S+) (v\S+)", text, re.MULTILINE))


def test_the_catalogue_has_every_tool_of_the_lab():
    assert set(CATALOG.tools) == {
        "pulumi",
        "pulumi-language-python",
        "pulumi-language-python-exec",
        "pulumi-resource-kubernetes",
        "pulumi-resource-random",
        "etcd",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "kubectl",
        "kwok",
        "pilot-discovery",
        "pilot-agent",
        "istioctl",
        "istio-charts",
        "istio-charts-oldest",
        "gateway-api",
        "envoy",
        "envoy-bootstrap",
        "endpoint-bridge",
        "prometheus",
        "promtool",
        "alertmanager",
        "amtool",
        "prometheus-operator",
        "prometheus-operator-crds",
    }


@pytest.mark.parametrize(
    ("family", "module", "product"),
    [
        ("pulumi", "github.com/pulumi/pulumi/pkg/v3", "pulumi"),
        ("pulumi", "github.com/pulumi/pulumi/sdk/v3", "pulumi"),
        ("providers", "github.com/pulumi/pulumi-kubernetes/sdk/v4", "pulumi-kubernetes"),
        ("mesh", "go.etcd.io/etcd/server/v3", "etcd"),
        ("mesh", "k8s.io/kubernetes", "kubernetes"),
        ("kwok", "sigs.k8s.io/kwok", "kwok"),
        ("alertmanager", "github.com/prometheus/alertmanager", "alertmanager"),
        ("prometheus-operator", "github.com/prometheus-operator/prometheus-operator", "prometheus-operator"),
    ],
)
def test_what_go_builds_is_what_publishers_offer_under_that_version(family: str, module: str, product: str):
    assert requirements(family)[module] == f"v{CATALOG.products[product]}"


def test_prometheus_is_built_from_the_module_of_its_release():
    major, minor, patch = CATALOG.products["prometheus"].split(".")
    module = requirements("prometheus")["github.com/prometheus/prometheus"]
    assert module == f"v0.{major}{int(minor):02}.{patch}", "Go's module of Prometheus 3.15.0 is v0.315.0"


@pytest.mark.parametrize(
    ("package", "product"),
    [("pulumi", "pulumi"), ("pulumi_kubernetes", "pulumi-kubernetes"), ("pulumi_random", "pulumi-random")],
)
def test_the_engine_and_the_providers_go_with_the_python_packages(package: str, product: str):
    constraints = (CHECKOUT / "constraints.txt").read_text()
    assert f"{package}=={CATALOG.products[product]}\n" in constraints


def test_the_oldest_charts_are_of_the_oldest_istio_that_is_supported():
    assert minor_of(CATALOG.products["istio-oldest"]) == min(supported_versions()), "that is where values lack"


def test_starting_a_lab_never_fetches_the_oldest_charts():
    assert "istio-charts-oldest" not in LAB_TOOLS, "only a test looks at them"


def test_starting_a_lab_never_fetches_what_only_monitoring_needs():
    wanted = {"prometheus", "alertmanager", "prometheus-operator"}
    built = {name for name, tool in CATALOG.tools.items() if tool.family in wanted and isinstance(tool.source, FromGo)}
    assert wanted <= built, "these are the programs that are meant"
    assert not built & set(LAB_TOOLS), "they take minutes to build"


@pytest.mark.parametrize("name", [name for name, tool in CATALOG.tools.items() if isinstance(tool.source, FromGo)])
def test_every_program_has_its_package_in_the_module_of_its_family(name: str):
    tool = CATALOG.tools[name]
    assert isinstance(tool.source, FromGo)
    if tool.source.package.startswith("./"):
        assert (CHECKOUT / "lab/go" / tool.family / tool.source.package / "main.go").is_file()
    else:
        assert any(tool.source.package.startswith(module) for module in requirements(tool.family))


@pytest.mark.parametrize("name", [name for name, tool in CATALOG.tools.items() if isinstance(tool.source, FromModule)])
def test_every_copied_file_is_of_a_module_that_its_family_uses(name: str):
    tool = CATALOG.tools[name]
    assert isinstance(tool.source, FromModule)
    assert tool.source.module in requirements(tool.family)


def test_the_longest_builds_come_first_so_that_none_is_left_alone_at_the_end():
    minutes = [family.minutes for family in CATALOG.families.values()]
    assert minutes == sorted(minutes, reverse=True)


@pytest.mark.parametrize("machine", MACHINES, ids=str)
def test_the_addresses_of_the_releases_are_complete_for_every_kind_of_machine(machine: Machine):
    downloads = downloads_for(CATALOG, CATALOG.tools, machine)

    assert len({download.url for download in downloads}) == len(downloads)
    for download in downloads:
        for url in (download.url, download.checksums):
            assert not re.search(r"[{}]|//.*//|\.$", url), url
    assert {"pulumi", "kubectl", "istioctl", "etcd"} <= {name for download in downloads for name in download.members}


def test_the_addresses_for_linux_on_amd64_are_those_of_the_publishers():
    urls = [download.url for download in downloads_for(CATALOG, CATALOG.tools, MACHINES[0])]
    assert urls == [
        "https://get.pulumi.com/releases/sdk/pulumi-v3.259.0-linux-x64.tar.gz",
        "https://github.com/pulumi/pulumi-kubernetes/releases/download/v4.26.0/"
        "pulumi-resource-kubernetes-v4.26.0-linux-amd64.tar.gz",
        "https://github.com/pulumi/pulumi-random/releases/download/v4.21.4/"
        "pulumi-resource-random-v4.21.4-linux-amd64.tar.gz",
        "https://github.com/etcd-io/etcd/releases/download/v3.6.5/etcd-v3.6.5-linux-amd64.tar.gz",
        "https://dl.k8s.io/v1.35.4/bin/linux/amd64/kube-apiserver",
        "https://dl.k8s.io/v1.35.4/bin/linux/amd64/kube-controller-manager",
        "https://dl.k8s.io/v1.35.4/bin/linux/amd64/kube-scheduler",
        "https://dl.k8s.io/v1.35.4/bin/linux/amd64/kubectl",
        "https://github.com/istio/istio/releases/download/1.29.1/istioctl-1.29.1-linux-amd64.tar.gz",
        "https://github.com/istio/istio/releases/download/1.28.3/istio-1.28.3-linux-amd64.tar.gz",
        "https://github.com/prometheus/prometheus/releases/download/v3.15.0/prometheus-3.15.0.linux-amd64.tar.gz",
        "https://github.com/prometheus/alertmanager/releases/download/v0.28.1/alertmanager-0.28.1.linux-amd64.tar.gz",
    ]


def test_a_misspelt_key_in_the_catalogue_is_refused():
    data = yaml.safe_load(FILE.read_text())
    data["tools"]["etcd"]["famly"] = data["tools"]["etcd"].pop("family")

    with pytest.raises(ValidationError) as caught:
        Catalog.model_validate(data)

    assert [(error["loc"], error["msg"]) for error in caught.value.errors()] == [
        (("tools", "etcd", "family"), "Field required"),
        (("tools", "etcd", "famly"), "Extra inputs are not permitted"),
    ]


def test_a_reference_to_nothing_in_the_catalogue_is_refused():
    data = yaml.safe_load(FILE.read_text())
    data["tools"]["etcd"]["family"] = "mash"

    with pytest.raises(ValidationError, match=r"tools\.etcd\.family: 'mash' is not defined"):
        Catalog.model_validate(data)


def test_a_release_over_plain_http_is_refused():
    data = yaml.safe_load(FILE.read_text())
    data["releases"]["etcd"]["checksums"] = "http://example.org/SUMS"

    with pytest.raises(ValidationError, match=r"releases\.etcd\.checksums"):
        Catalog.model_validate(data)
