"""Which documents are generated, and where they are committed."""

import json

from operations.reference.configuration import configuration_page
from operations.reference.errors import errors_page
from operations.reference.policies import policies_page
from operations.reference.roles import roles_page
from operations.reference.schema import stack_schema

SCHEMA = "schemas/stack.schema.json"


def documents() -> dict[str, str]:
    """The content of each generated document by its path in the project."""
    return {
        SCHEMA: json.dumps(stack_schema(), indent=1, ensure_ascii=False) + "\n",
        "docs/configuration.md": configuration_page(),
        "docs/errors.md": errors_page(),
        "docs/roles.md": roles_page(),
        "docs/policies.md": policies_page(),
    }
