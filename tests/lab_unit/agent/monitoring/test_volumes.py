"""The files that a pod of the monitoring stack finds."""

from pathlib import Path

from lab.agent.monitoring.volumes import Volumes, mounted
from lab.kube_api import KubeApi
from tests.lab_unit.agent.monitoring.pods import prometheus_pod, put
from tests.lab_unit.api_server import ApiServer


def files(root: Path) -> set[str]:
    """Every file below a folder."""
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def laid_out(api: KubeApi, server: ApiServer, root: Path) -> Volumes:
    """The pod's volumes, laid out."""
    volumes = mounted(api, prometheus_pod(server))
    assert volumes, "everything is there"
    volumes.lay_out(root)
    return volumes


def test_secrets_and_config_maps_lie_where_the_pod_mounts_them(api: KubeApi, server: ApiServer, tmp_path: Path):
    root = tmp_path / "root"
    laid_out(api, server, root)
    assert files(root) == {
        "etc/prometheus/config/prometheus.yaml.gz",
        "etc/prometheus/rules/one/mesh.yaml",
        "etc/prometheus/web.yaml",
    }
    assert (root / "etc/prometheus/web.yaml").read_text() == "tls: none", "one file of a Secret is a file"
    assert (root / "prometheus").is_dir(), "it writes there"
    assert (root / "etc/prometheus/web.yaml").stat().st_mode & 0o077 == 0, "Secrets are for this user only"


def test_a_rule_that_was_deleted_is_gone_and_what_the_program_wrote_stays(
    api: KubeApi, server: ApiServer, tmp_path: Path
):
    root = tmp_path / "root"
    before = laid_out(api, server, root)
    (root / "prometheus/wal").write_text("samples")
    pod = prometheus_pod(server)
    put(server, "configmaps", "rules", {"new.yaml": "groups: []"})
    after = mounted(api, pod)
    assert after
    after.lay_out(root)

    assert {name for name in files(root) if "rules" in name} == {"etc/prometheus/rules/one/new.yaml"}
    assert (root / "prometheus/wal").exists()
    assert before.digest != after.digest, "by it the agent sees that there is something to read"


def test_a_pod_waits_for_a_secret_that_is_not_there_yet(api: KubeApi, server: ApiServer):
    pod = prometheus_pod(server)
    del server.objects["/api/v1/namespaces/monitoring/secrets/config"]
    assert mounted(api, pod) is None, "a kubelet would wait, too"


def test_what_is_optional_may_be_missing(api: KubeApi, server: ApiServer):
    pod = prometheus_pod(server)
    del server.objects["/api/v1/namespaces/monitoring/configmaps/rules"]
    volumes = mounted(api, pod)
    assert volumes, "it does without"
    assert not [path for path in volumes.files if "rules" in path]
