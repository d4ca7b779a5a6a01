"""Settings of path parameters."""

from enum import StrEnum


class PathParameters(StrEnum):
    """What becomes of a request whose path hides a segment by a ';'."""

    KEEP = "KEEP"
    REFUSE_TRAVERSAL = "REFUSE_TRAVERSAL"
