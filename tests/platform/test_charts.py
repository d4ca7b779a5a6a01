"""Where a chart comes from."""

from components.platform.charts import Chart, istio_chart
from components.platform.settings import ChartsSettings, IstioSettings


def chart(**charts: str) -> Chart:
    """The chart of istiod from the given source."""
    return istio_chart(IstioSettings(version="1.30.3", charts=ChartsSettings.model_validate(charts)), "istiod")


def test_without_a_source_charts_come_from_istio_itself() -> None:
    expected = Chart(
        reference="istiod", version="1.30.3", repository="https://istio-release.storage.googleapis.com/charts"
    )
    assert chart() == expected, "nobody should have to know the address"


def test_a_repository_is_asked_for_the_chart_by_name() -> None:
    expected = Chart(reference="istiod", version="1.30.3", repository="https://charts.example.com")
    assert chart(repository="https://charts.example.com") == expected, "a mirror is laid out as the original"


def test_a_folder_holds_the_packaged_chart_of_the_version() -> None:
    expected = Chart(reference="./charts/istiod-1.30.3.tgz", version="1.30.3")
    assert chart(folder="./charts/") == expected, "helm pull and helm package name files like this"


def test_a_registry_holds_the_chart_below_its_path() -> None:
    expected = Chart(reference="oci://registry.example.com/istio/istiod", version="1.30.3")
    assert chart(oci="oci://registry.example.com/istio/") == expected, "Helm takes the whole reference as the name"
