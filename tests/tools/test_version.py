"""Versions that programs print, and which of them do instead of the wanted one."""

from typing import Literal

import pytest

from lab.tools.version import Version


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("v3.259.0\n", "3.259.0"),
        ("etcd Version: 3.6.5\nGit SHA: Not provided\nGo Version: go1.26.8\n", "3.6.5"),
        ("Kubernetes v1.35.4\n", "1.35.4"),
        ("Client Version: v1.35.4\nKustomize Version: v5.7.1\n", "1.35.4"),
        ("Client Version: v1.32.4-dispatcher\nKustomize Version: v5.5.0\n", None),
        ("kwok version v0.8.0 go1.26.8 (linux/amd64)\n", "0.8.0"),
        ("2026/11/21 09:56:45 INFO memory is not limited\nclient version: 1.29.1\n", "1.29.1"),
        ("envoy  version: 6d9bb7d9a85d616b220d1f8fe67b61f82bbdb8d3/1.37.0/Clean/RELEASE/BoringSSL\n", "1.37.0"),
        ("unknown command\n", None),
    ],
    ids=["pulumi", "etcd", "kube-apiserver", "kubectl", "a vendor's kubectl", "kwok", "pilot-agent", "envoy", "none"],
)
def test_the_version_is_read_from_what_the_program_prints(printed: str, expected: str | None):
    found = Version.find(printed)
    assert (str(found) if found else None) == expected


@pytest.mark.parametrize(
    ("found", "accept", "does"),
    [
        ("1.35.4", "exact", True),
        ("1.35.5", "exact", False),
        ("1.35.3", "patch", False),
        ("1.35.9", "patch", True),
        ("1.36.0", "patch", False),
        ("1.36.2", "next-minor", True),
        ("1.37.0", "next-minor", False),
        ("1.99.0", "minor", True),
        ("1.34.9", "minor", False),
        ("2.0.0", "minor", False),
    ],
)
def test_an_older_version_or_another_major_version_never_does(
    found: str, accept: Literal["exact", "patch", "next-minor", "minor"], does: bool
):
    assert Version.parse(found).does_for(Version.parse("1.35.4"), accept) is does


def test_a_version_without_three_numbers_is_refused():
    with pytest.raises(
        ValueError, match=r"^'v1\.35' is not a version: expected MAJOR.MINOR.PATCH, for example '1\.29\.1'$"
    ):
        Version.parse("v1.35")
