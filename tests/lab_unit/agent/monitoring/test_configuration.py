"""What of a pod of the monitoring stack is changed for this machine."""

from pathlib import Path

import yaml

from lab.agent.monitoring.configuration import command_arguments, local_configuration, reloader_files
from tests.lab_unit.agent.monitoring.pods import CONFIGURATION, prometheus_pod, zipped
from tests.lab_unit.api_server import ApiServer

ROOT = Path("/lab/part")
PROXY = "http://127.0.0.1:1234"


def test_the_arguments_are_the_pods_own_below_the_folder_of_the_part():
    assert command_arguments(prometheus_pod(ApiServer()), "prometheus", ROOT) == [
        "--config.file=/lab/part/etc/prometheus/config_out/made.yaml",
        "--storage.tsdb.path=/lab/part/prometheus",
        "--web.route-prefix=/prometheus",
        "--web.enable-lifecycle",
    ], "a route is no path of a file, and the lab chooses the port"


def test_the_configuration_differs_in_paths_proxies_and_the_way_to_the_api_server_only():
    pod, kubeconfig = prometheus_pod(ApiServer()), Path("/lab/part/kubeconfig")
    made = yaml.safe_load(local_configuration(pod, zipped(CONFIGURATION), ROOT, PROXY, kubeconfig))
    assert made == {
        "global": {"external_labels": {"prometheus_replica": "prometheus-mesh-0"}},
        "rule_files": ["/lab/part/etc/prometheus/rules/one/*.yaml"],
        "scrape_configs": [
            {
                "job_name": "envoys",
                "metrics_path": "/prometheus",
                "proxy_url": PROXY,
                "kubernetes_sd_configs": [{"role": "pod", "kubeconfig_file": str(kubeconfig)}],
            },
            {
                "job_name": "files",
                # Nothing is mounted there, so that it is not the lab's to say where it is.
                "authorization": {"credentials_file": "/etc/prometheus/secrets/token"},
                "proxy_url": PROXY,
            },
        ],
        "alerting": {
            "alertmanagers": [
                {
                    "kubernetes_sd_configs": [{"role": "endpoints", "kubeconfig_file": str(kubeconfig)}],
                    "proxy_url": PROXY,
                }
            ]
        },
    }


def test_a_configuration_of_alertmanager_without_any_of_these_stays_as_it_is():
    routes = {"route": {"receiver": "team"}, "receivers": [{"name": "team"}]}
    made = local_configuration(prometheus_pod(ApiServer()), zipped(routes), ROOT, PROXY, Path("kubeconfig"))
    assert yaml.safe_load(made) == routes


def test_the_reloader_says_which_file_becomes_which():
    assert reloader_files(prometheus_pod(ApiServer())) == (
        "/etc/prometheus/config/prometheus.yaml.gz",
        "/etc/prometheus/config_out/made.yaml",
    )
