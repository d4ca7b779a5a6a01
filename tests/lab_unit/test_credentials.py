"""Keys and tokens of one lab."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from lab.credentials import USERS, ensure_credentials, token_of


def test_what_is_secret_is_for_the_owner_only(tmp_path: Path) -> None:
    ensure_credentials(tmp_path / "credentials")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "credentials").iterdir()}
    assert (tmp_path / "credentials").stat().st_mode & 0o777 == 0o700, "nobody else may look into the folder"
    assert modes == {"tokens.csv": 0o600, "service-account.key": 0o600, "service-account.pub": 0o644}, modes


def test_a_folder_that_was_open_to_all_is_closed(tmp_path: Path) -> None:
    (tmp_path / "credentials").mkdir(mode=0o755)
    ensure_credentials(tmp_path / "credentials")
    assert (tmp_path / "credentials").stat().st_mode & 0o777 == 0o700, "however it was made"


def test_every_user_has_a_long_random_token_of_its_own(tmp_path: Path) -> None:
    for name in ("one", "two"):
        ensure_credentials(tmp_path / name)
    tokens = {token_of(tmp_path / name, user) for name in ("one", "two") for user in USERS}
    assert len(tokens) == 2 * len(USERS), "no token is used twice, not even in two labs"
    assert {len(token) for token in tokens} == {48}, "24 random bytes in hexadecimal digits"


def test_credentials_stay_the_same_once_made(tmp_path: Path) -> None:
    ensure_credentials(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    ensure_credentials(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before, "the running parts know these"


def test_the_public_key_belongs_to_the_private_one(tmp_path: Path) -> None:
    ensure_credentials(tmp_path)
    private = serialization.load_pem_private_key((tmp_path / "service-account.key").read_bytes(), password=None)
    public = serialization.load_pem_public_key((tmp_path / "service-account.pub").read_bytes())
    assert private.public_key() == public, "else no ServiceAccount's token would be accepted"


def test_a_user_that_the_lab_does_not_have_has_no_token(tmp_path: Path) -> None:
    ensure_credentials(tmp_path)
    with pytest.raises(KeyError, match="nobody"):
        token_of(tmp_path, "nobody")
