"""How the provider is told to wait for an object that somebody else makes ready."""

import json
from collections.abc import Sequence


def awaiting(conditions: Sequence[str], *, annotation: str, value: str) -> dict[str, str]:
    """Annotations that make the provider wait until an object fulfils `conditions`, and anew whenever `value` changes.

    What is noted in `annotation` is a condition itself, because the provider watches all objects of a kind together and
    may still see one as it was before it wrote to it (pkg/await/condition of pulumi-kubernetes 4.26). That would end
    the wait, and be kept as the state, in which the next deployment would find a difference.
    """
    written = f"jsonpath={{.metadata.annotations['{annotation}']}}={value}"
    return {
        "pulumi.com/waitFor": json.dumps([*conditions, written]),
        # Others write to the same object; without this a shared field would be a conflict.
        "pulumi.com/patchForce": "true",
        annotation: value,
    }
