"""Checksum files, in the forms that publishers write."""

import pytest

from lab.tools.checksums import expected_checksum

SHA256 = "ab" * 32
SHA1 = "cd" * 20


@pytest.mark.parametrize(
    ("listing", "expected"),
    [
        (f"{SHA256}  box.tar.gz\n", SHA256),
        (f"{SHA256} *box.tar.gz\n", SHA256),
        (f"{SHA1}  ./box.tar.gz\n", SHA1),
        (f"{SHA256.upper()}  box.tar.gz\n", SHA256),
        (f"{SHA256}\n", SHA256),
        (f"{SHA1}  other\n{SHA256}  box.tar.gz\n", SHA256),
        (f"{SHA256}  xbox.tar.gz\n", None),
        (f"{SHA256}  box.tar.gz.sig\n", None),
        (f"{SHA256[:-1]}  box.tar.gz\n", None),
        ("<html>Not found</html>\n", None),
        ("", None),
    ],
    ids=[
        "sha256sum",
        "sha256sum --binary",
        "shasum of a path, as pulumi-random writes it",
        "upper case",
        "the checksum alone, as dl.k8s.io writes it",
        "among others",
        "another file that ends alike",
        "another file that begins alike",
        "too short",
        "not a checksum file",
        "empty",
    ],
)
def test_the_checksum_of_a_file_is_found_in_what_its_publisher_wrote(listing: str, expected: str | None):
    assert expected_checksum(listing, "box.tar.gz") == expected
