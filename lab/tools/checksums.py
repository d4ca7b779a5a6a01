"""Publishers' checksum files."""

import hashlib
import re
from pathlib import Path

# Publishers say by the length alone which algorithm they used. pulumi-random's releases carry SHA-1 (its publish.yml
# runs plain `shasum`), which still tells the file that the publisher listed from any broken or swapped one.
_ALGORITHMS = {40: "sha1", 64: "sha256", 128: "sha512"}
_CHECKSUM = re.compile(r"[0-9a-fA-F]+")


def expected_checksum(listing: str, file_name: str) -> str | None:
    """The checksum of one file in a checksum file, in lower case; None where it is not listed.

    Understood are lines of checksum and name, as sha256sum writes them (also `*name` and `./name`), and a file that
    holds nothing but one checksum.
    """
    lines = [line.split() for line in listing.splitlines() if line.strip()]
    if len(lines) == 1 and len(lines[0]) == 1:
        return _valid(lines[0][0])
    for fields in lines:
        if len(fields) == 2 and fields[1].removeprefix("*").removeprefix("./") == file_name:
            return _valid(fields[0])
    return None


def checksum_like(checksum: str, file: Path) -> str:
    """The checksum of a file, made by the algorithm that the given one was made by."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, _ALGORITHMS[len(checksum)]).hexdigest()


def _valid(checksum: str) -> str | None:
    if _CHECKSUM.fullmatch(checksum) and len(checksum) in _ALGORITHMS:
        return checksum.lower()
    return None
