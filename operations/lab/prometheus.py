"""`mesh lab prometheus`: run the monitoring stack that the cluster wants."""

from lab.layout import LabLayout
from lab.monitoring import MONITORING_TOOLS, run_monitoring
from operations.console import err, out
from operations.lab.options import DEFAULT_LAB, LabName
from operations.lab.programs import fetch, paths


def prometheus(name: LabName = DEFAULT_LAB) -> None:
    """Run prometheus-operator, Prometheus and Alertmanager on this machine, and print where they answer.

    They do what the cluster's objects say: rules, monitors, routes of alerts. The first run has to fetch the programs.
    """
    programs = paths(fetch(MONITORING_TOOLS))
    with err.status("starting the monitoring stack"):
        found = run_monitoring(LabLayout(name), programs)
    for program, urls in (("Prometheus", found.prometheus), ("Alertmanager", found.alertmanager)):
        for owner, url in urls.items():
            out.print(f"{program:<13} {url:<24} {owner}", markup=False)
