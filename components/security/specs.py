"""All policies of security that the intent layer of a stack makes."""

from collections.abc import Iterator

from components.security.authorization.specs import authorization_policies
from components.security.jwt.specs import jwt_policies
from components.services.documents import Derived
from components.settings.mesh import MeshSettings


def security_policies(settings: MeshSettings) -> Iterator[Derived]:
    """Policies of tokens and of authorization, each with the path of what it comes from."""
    yield from jwt_policies(settings)
    yield from authorization_policies(settings)
