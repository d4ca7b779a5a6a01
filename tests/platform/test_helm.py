"""How every chart is installed."""

import pulumi
import pytest

from components.platform.charts import Chart
from components.platform.helm import helm_release, without_none
from tests.support.engine import RELEASE, Registration, run


def installed(chart: Chart) -> Registration:
    """The release of `chart`, as it is asked for."""

    def program() -> None:
        helm_release(
            "it", release="istiod", chart=chart, namespace="ns", values={"a": None}, opts=pulumi.ResourceOptions()
        )

    (release,) = run(program).of_type(RELEASE)
    return release


REPOSITORY = Chart(reference="istiod", version="1.30.3", repository="https://charts.example.com")


@pytest.mark.parametrize(
    ("key", "expected", "reason"),
    [
        ("name", "istiod", "a generated name would leave CRDs behind that no later release may own"),
        ("namespace", "ns", "Helm keeps its history there"),
        ("atomic", True, "a failed install has to leave nothing, so that the next up works"),
        ("cleanupOnFail", True, "a failed upgrade has to leave nothing new"),
        ("timeout", 600, "images and load balancers take longer than Helm's five minutes"),
        ("maxHistory", 10, "every revision is a Secret in the cluster"),
        ("version", "1.30.3", "the newest version is not asked for"),
    ],
)
def test_a_release_is_installed_whole_or_not_at_all(key: str, expected: object, reason: str) -> None:
    assert installed(REPOSITORY).inputs[key] == expected, reason


@pytest.mark.parametrize("key", ["skipAwait", "createNamespace", "values", "skipCrds"])
def test_a_release_leaves_out_what_would_weaken_it(key: str) -> None:
    assert not installed(REPOSITORY).inputs.get(key), "waiting is the point, and namespaces have their own component"


def test_a_chart_of_a_repository_names_it() -> None:
    assert installed(REPOSITORY).inputs["repositoryOpts"] == {"repo": "https://charts.example.com"}, "else Helm guesses"


def test_a_chart_on_disk_names_no_repository() -> None:
    release = installed(Chart(reference="charts/istiod-1.30.3.tgz", version="1.30.3"))
    assert "repositoryOpts" not in release.inputs, "a path within a repository would not be found"


def test_values_keep_everything_but_none_and_the_maps_that_it_leaves_empty() -> None:
    values: dict[str, object] = {"a": None, "b": {"c": None, "d": {"e": None}}, "f": 0, "g": False, "h": [], "i": ""}
    assert without_none(values) == {"f": 0, "g": False, "h": [], "i": ""}, "a null deletes a chart's default"
