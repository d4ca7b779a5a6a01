"""Which documents are generated, and where they are committed."""

import json
from collections.abc import Callable, Mapping

from operations.reference.configuration import configuration_page
from operations.reference.errors import errors_page
from operations.reference.policies import policies_page
from operations.reference.roles import roles_page
from operations.reference.schema import stack_schema

SCHEMA = "schemas/stack.schema.json"


def _schema() -> str:
    return json.dumps(stack_schema(), indent=1, ensure_ascii=False) + "\n"


DOCUMENTS: Mapping[str, Callable[[], str]] = {
    SCHEMA: _schema,
    "docs/configuration.md": configuration_page,
    "docs/errors.md": errors_page,
    "docs/roles.md": roles_page,
    "docs/policies.md": policies_page,
}
"""What writes each generated document, by its path in the project."""
