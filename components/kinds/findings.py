"""What was found wrong with one value, and the forms of text against which it was held."""

import re
from collections.abc import Mapping, Sized
from functools import cache

from components.settings.codes import Code
from components.settings.problems import Path, Problem
from components.settings.text_rules import DNS_LABEL, DNS_NAME, HOST

PORT_KEY = "^0*([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$"
"""The number of a port as the key of a map."""

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"

_FORMS: Mapping[str, str] = {
    f"^{_LABEL}$": f"Use lower-case letters, digits and '-', for example '{DNS_LABEL.example}'",
    rf"^{_LABEL}(\.{_LABEL})*$": f"Use lower-case letters, digits, '-' and '.', for example '{DNS_NAME.example}'",
    rf"^$|^{_LABEL}(\.{_LABEL})*$": "Write an API group, for example 'gateway.networking.k8s.io', or ''",
    rf"^(\*\.)?{_LABEL}(\.{_LABEL})*$": f"Write a lower-case DNS name, for example '{HOST.example}'",
    "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$": "Write the name of a kind, for example 'Service'",
    PORT_KEY: "Write the number of a port in quotes, from 1 to 65535",
    "^[^*]*$": "Remove the '*': labels are compared as they are",
    "^[^*]+$": "Write a label without '*'",
    "^([0-9]{1,5}(h|m|s|ms)){1,4}$": "Write whole hours, minutes, seconds or milliseconds, for example '10s'",
    "(^$|^[a-f0-9]{64}$)": "Write the 64 hexadecimal digits of the checksum, in lower case",
}
"""What to do about the forms that occur most; all others are told as they are."""


class Findings:
    """Collects problems, in the order in which they are found."""

    def __init__(self, istio: str | None) -> None:
        self.problems: list[Problem] = []
        self.istio = istio
        """The version that will read the value; None when that does not matter."""

    def add(self, path: Path, rule: str, fix: str, code: Code | None = None) -> None:
        """One more problem."""
        self.problems.append(Problem(path, rule, fix, code))

    def count(self, value: Sized, kind: str, bounds: tuple[int, int | None], path: Path) -> None:
        """A problem when a map or list has too few or too many entries."""
        least, most = bounds
        if len(value) < least:
            rule = f"a {kind} without entries, where at least one is needed" if not value else ""
            fix = f"Give it {least} or more" if least > 1 else "Add an entry, or remove the key to keep the default"
            self.add(path, rule or f"a {kind} with too few entries", fix, Code.WRONG_LENGTH)
        elif most is not None and len(value) > most:
            self.add(path, f"a {kind} with too many entries", f"Keep at most {most}", Code.WRONG_LENGTH)

    def fits(self, form: str, text: str) -> bool:
        """Whether a text has the form that a CRD demands."""
        return _compiled(form).search(text) is not None

    def form(self, form: str) -> str:
        """What to do about a text without this form."""
        return _FORMS.get(form, f"It has to match {form}")


@cache
def _compiled(form: str) -> re.Pattern[str]:
    # Kubernetes reads forms as Go does (RE2): '$' is the very end, and classes are those of ASCII.
    return re.compile(re.sub(r"[$](?=[)|]|$)", r"\\Z", form), re.ASCII)
