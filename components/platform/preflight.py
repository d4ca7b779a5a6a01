"""What is looked at before anything is registered: the cluster, its version, and the source of the charts."""

from pathlib import Path

import pulumi

from components.observability.addons.charts import installed_addons
from components.platform.chart_lock import INDEX_SIZE, is_locked, lock_problems
from components.platform.charts import CHART_NAMES, chart_file
from components.platform.cluster import kubernetes_version, version_problem, version_warning
from components.platform.http import NoAnswerError, get
from components.platform.kubeconfig import ClusterAccess, ClusterError, resolve_cluster
from components.platform.settings import OFFICIAL_REPOSITORY, ChartsSettings, IstioSettings
from components.settings.codes import Code
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem, render_problems

TIMEOUT_SECONDS = 5.0
UNTOLD_VERSION = (
    "The Kubernetes version of context '{context}' was not compared with Istio {istio}: its API server does not tell "
    "it to this check, which runs no plug-ins for signing in and uses no proxy of the kubeconfig. `./mesh precheck` "
    "asks through kubectl."
)

UNCOMPARED = (
    "istio.charts.oci: charts.lock.yaml is compared by version only, because {registry} wants a login. To have digests "
    "compared, run `./mesh charts vendor` and set istio.charts.folder."
)


def preflight(settings: MeshSettings, source: str) -> ClusterAccess:
    """The cluster of the stack, once it and the charts are known to be within reach.

    `source` names the stack file in messages. A Kubernetes that is newer than tested, or does not tell its version,
    only warns, and so do charts whose digests cannot be compared with the lock file.

    Raises:
        pulumi.RunError: with one line for each problem.
    """
    problems: list[Problem] = []
    access = None
    try:
        access = resolve_cluster(settings.cluster)
        _check_version(settings.istio.version, access)
    except ClusterError as error:
        problems.append(error.problem)
    problems += chart_problems(settings.istio)
    if installed_addons(settings.addons):
        # Only where there are some: what they need is looked at in the cluster and in several repositories.
        from components.observability.addons.preflight import addon_preflight  # noqa: PLC0415

        problems += addon_preflight(settings.addons, access)
    if access is None or problems:
        raise pulumi.RunError(render_problems(source, problems))
    return access


def chart_problems(istio: IstioSettings) -> list[Problem]:
    """Problems when the source of the charts does not answer, does not hold them, or differs from the lock file.

    A repository is asked once. An OCI registry is asked only where there is a lock file: Helm signs in with what the
    user has stored for it, and this check as nobody. One that wants a login is warned of.
    """
    if istio.charts.folder:
        return _folder_problems(istio.charts, istio.charts.folder, istio.version) or lock_problems(istio)
    if istio.charts.oci:
        return _registry_problems(istio, istio.charts.oci)
    return _repository_problems(istio, istio.charts.repository or OFFICIAL_REPOSITORY)


def _check_version(istio: str, access: ClusterAccess) -> None:
    version = kubernetes_version(access)
    if version is None:
        pulumi.log.warn(UNTOLD_VERSION.format(context=access.context, istio=istio))
        return
    if error := version_problem(istio, version):
        raise error
    if warning := version_warning(istio, version):
        pulumi.log.warn(warning)


def _folder_problems(charts: ChartsSettings, folder: str, version: str) -> list[Problem]:
    path = ("istio", "charts", "folder")
    fetch = f"Fetch them there, for example with `helm pull istiod --version {version} --repo {OFFICIAL_REPOSITORY}`"
    if not Path(folder).is_dir():
        return [Problem(path, f"there is no folder '{folder}'", "Correct the path", Code.CHARTS_MISSING)]
    missing = [name for name in (chart_file(charts, one, version) for one in CHART_NAMES) if not Path(name).is_file()]
    if not missing:
        return []
    return [
        Problem(path, f"'{folder}' lacks {', '.join(Path(name).name for name in missing)}", fetch, Code.CHARTS_MISSING)
    ]


def _registry_problems(istio: IstioSettings, registry: str) -> list[Problem]:
    # Only here: no other source needs it, and it takes time to import.
    from components.platform.registry import RegistryLoginError, StatedDigests  # noqa: PLC0415

    try:
        return lock_problems(istio, of_registry=StatedDigests(registry, TIMEOUT_SECONDS).of)
    except RegistryLoginError:
        pulumi.log.warn(UNCOMPARED.format(registry=registry))
        return []
    except NoAnswerError as error:
        rule = f"{registry} does not answer ({error})"
    fix = "Correct the address, or without network use charts on disk: istio.charts.folder"
    return [Problem(("istio", "charts", "oci"), rule, fix, Code.CHARTS_UNREACHABLE)]


def _repository_problems(istio: IstioSettings, repository: str) -> list[Problem]:
    url = f"{repository.rstrip('/')}/index.yaml"
    try:
        # The first bytes tell that the index is there; the digests of a lock file are compared with all of it.
        answer = get(url, timeout_seconds=TIMEOUT_SECONDS, size=INDEX_SIZE if is_locked(istio) else 1)
    except NoAnswerError as error:
        rule = f"{url} does not answer ({error})"
    else:
        if answer.status < 400:
            return lock_problems(istio, answer.body)
        status = f"{url} answers with status {answer.status}"
        rule = f"{status}, so that this is no Helm repository, or one that asks for a login"
    fix = "Correct the address, or without network use charts on disk: istio.charts.folder"
    return [Problem(("istio", "charts", "repository"), rule, fix, Code.CHARTS_UNREACHABLE)]
