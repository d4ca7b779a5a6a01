"""The one exception of the lab whose text is meant for the user."""


class LabError(Exception):
    """Something the user can act on; the message is whole sentences: what happened, with which value, and the fix."""
