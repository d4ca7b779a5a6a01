"""What separates the tests that need the lab from all others."""

import re

from lab.layout import CHECKOUT

MARKED = re.compile(r"^pytestmark = .*pytest\.mark\.lab\b", re.MULTILINE)


def test_every_test_of_the_lab_says_that_it_needs_one() -> None:
    files = sorted((CHECKOUT / "tests" / "lab").rglob("test_*.py"))
    silent = [one.name for one in files if not MARKED.search(one.read_text())]
    assert files, "otherwise nothing is looked at"
    assert silent == [], "without the mark no tier runs it: the unit tier does not read this folder"
