"""What a program does not import: its start is waited for in every preview."""

import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pkgutil import walk_packages

import pytest

import components
from components.settings.model import SettingsModel
from tests.support.stacks import ROOT

UNUSED_BY_DEV = (
    "components.observability.addons.grafana",
    "components.observability.addons.jaeger",
    "components.observability.addons.kiali",
    "components.observability.addons.prometheus",
    "components.observability.addons.shared",
    "components.observability.alerts.catalog",
    "components.observability.alerts.receivers",
    "components.observability.deployment",
    "components.observability.telemetry.api",
    "components.observability.telemetry.providers",
    "components.resources.checks",
    "components.resources.settings",
    "components.security.authorization.checks",
    "components.security.authorization.settings",
    "components.security.jwt",
    "components.security.network_policies.specs",
    "components.security.roles.specs",
    "components.security.specs",
    "components.services.checks",
    "components.services.component",
    "components.services.externals",
    "components.services.gateway_api",
    "components.services.settings",
    "components.services.virtual_service",
    "components.settings.affinity",
    "components.settings.production",
    "components.tls.component",
    "components.tls.settings",
    "components.traffic.checks.virtual_service",
    "cryptography",
    "lab",
    "operations",
    "rich",
)
"""Packages and modules of sections that the stack `dev` does not have, and of commands."""

_PREVIEW = """
import sys
from tests.program.stack_program import run_stack
run_stack("dev", preview=True)
print(*sys.modules, sep="\\n")
"""

_BUILT = """
import components.settings.mesh
from components.settings.model import SettingsModel
models = [SettingsModel]
for one in models:
    models += one.__subclasses__()
print(*(one.__name__ for one in models[1:] if one.__pydantic_complete__ and one.model_config["defer_build"]), sep="\\n")
"""


def printed(program: str) -> set[str]:
    """The lines that a program of its own prints, for this one has imported everything."""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_preview_of_dev_imports_nothing_of_sections_that_it_does_not_have() -> None:
    imported = printed(_PREVIEW)
    assert "components.samples.bookinfo.component" in imported, "the program ran"
    needless = [one for one in UNUSED_BY_DEV if one in imported]
    assert not needless, "import them with imported_when_used (components/settings/later.py)"


@pytest.mark.parametrize("name", UNUSED_BY_DEV)
def test_what_is_not_imported_is_there(name: str) -> None:
    assert find_spec(name), "a name of nothing is never imported"


def test_the_import_of_models_builds_no_validator_but_those_that_ask_for_it() -> None:
    assert not printed(_BUILT), "defaults of fields are made by `defaults()`, which needs no validator"


def test_defaults_are_those_that_a_validator_would_take() -> None:
    for module in walk_packages(components.__path__, "components."):
        import_module(module.name)
    models: list[type[SettingsModel]] = [SettingsModel]
    for one in models:
        models += [model for model in one.__subclasses__() if model.__module__.startswith("components.")]
    optional = [one for one in models[1:] if not any(field.is_required() for field in one.model_fields.values())]
    wrong = [one.__name__ for one in optional if one.defaults() != one()]
    assert len(optional) > 20, "there are such models"
    assert not wrong, "defaults() looks at nothing by itself"
