"""What a Kubernetes object is to the pure builders: data, with nothing of Pulumi."""

from collections.abc import Mapping
from typing import Any

Manifest = Mapping[str, Any]
"""One Kubernetes object, in Kubernetes' own field names."""
