"""Checks of the Bookinfo sample under default deny."""

from collections.abc import Iterator

from components.samples.bookinfo.catalog import bookinfo_catalog
from components.samples.bookinfo.specs import account_name
from components.security.authorization.coverage import covered, stage_of
from components.security.authorization.settings import Stage
from components.services.names import service_account, service_name
from components.settings.mesh import MeshSettings
from components.settings.problems import Problem


def sample_problems(settings: MeshSettings) -> Iterator[Problem]:
    """A sample that would be denied, because nothing says who calls whom in it, or as somebody whom it is not."""
    sample, authorization = settings.samples.bookinfo, settings.authorization
    if sample is None or authorization is None:
        return
    described: set[str] = set()
    for key, service in settings.services.items():
        name = service_name(key, service)
        if service.namespace != sample.namespace or name not in bookinfo_catalog().applications:
            continue
        described.add(name)
        account = service_account(key, service)
        if account != account_name(name):
            yield Problem(
                ("services", key, "serviceAccount"),
                f"the sample's {name} runs as '{account_name(name)}', not as '{account}', so that nobody would know it",
                f"Set `serviceAccount: {account_name(name)}`",
            )
    missing = [name for name in bookinfo_catalog().applications if name not in described]
    denied = covered(settings, sample.namespace) and stage_of(authorization, sample.namespace) is Stage.ENFORCE
    if missing and denied:
        yield Problem(
            ("samples", "bookinfo", "namespace"),
            f"everybody is denied in '{sample.namespace}' by default, and nothing says who calls {', '.join(missing)}",
            "Describe them in `services`, with `calls`, or leave the namespace out (`authorization.namespaces`)",
        )
