"""Official downloads: used when they match the publisher's checksum, never otherwise."""

import hashlib
import io
import tarfile
import zipfile

import pytest
from rich.console import Console

from lab.tools.catalog import Catalog
from lab.tools.ensure import ensure
from lab.tools.inventory import Inventory
from lab.tools.model import Origin
from tests.tools.stand_ins import Lines, Publisher, Workshop, catalog_data

ARCHIVE = "box-1.2.3-linux-amd64.tar.gz"
PROGRAMS = {"box/hammer": "a released hammer", "box/saw": "a released saw"}


def sha256(content: io.BytesIO) -> str:
    """The checksum of a file in memory."""
    return hashlib.sha256(content.getvalue()).hexdigest()


def built(workshop: Workshop) -> list[str]:
    """What was built for want of a usable download: package paths."""
    return [argument for build in workshop.builds() for argument in build[build.index("-o") + 2 :]]


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
def test_a_download_that_matches_its_publishers_checksum_is_unpacked_once_for_all_its_tools(
    workshop: Workshop, publisher: Publisher, console: Console, algorithm: str
):
    publisher.offer(ARCHIVE, PROGRAMS, algorithm)

    tools = ensure(workshop.inventory, ["hammer", "saw"], console)

    assert {tool.path.read_text() for tool in tools.values()} == set(PROGRAMS.values())
    assert {tool.origin for tool in tools.values()} == {Origin.RELEASE}
    assert publisher.asked == ["/SUMS", f"/{ARCHIVE}"], "one archive holds both tools"
    assert all(tool.path.stat().st_mode & 0o111 == 0o111 for tool in tools.values()), "programs must be executable"
    assert workshop.builds() == [], "what is published needs no build"


def test_a_download_that_is_the_program_itself_is_taken_as_it_is(
    workshop: Workshop, publisher: Publisher, console: Console
):
    data = catalog_data(publisher.url)
    data["releases"]["plain"] = {"url": f"{publisher.url}/{{tool}}", "checksums": f"{publisher.url}/{{tool}}.sha256"}
    data["tools"]["anvil"]["release"] = {"name": "plain"}
    publisher.files = {"/anvil": b"an anvil", "/anvil.sha256": hashlib.sha256(b"an anvil").hexdigest().encode()}
    inventory = Inventory(Catalog.model_validate(data), workshop.cache, workshop.inventory.go_folder)

    tool = ensure(inventory, ["anvil"], console)["anvil"]

    assert tool.path.read_text() == "an anvil"
    assert tool.origin is Origin.RELEASE


def test_a_program_is_taken_out_of_a_zip_file_too(workshop: Workshop, publisher: Publisher, console: Console):
    data = catalog_data(publisher.url)
    data["releases"]["box"]["url"] = f"{publisher.url}/box.{{archive}}"
    data["releases"]["box"]["archive"] = {"linux": "zip"}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("box/saw", "a zipped saw")
    publisher.files = {"/box.zip": packed.getvalue(), "/SUMS": f"{sha256(packed)}  box.zip\n".encode()}
    inventory = Inventory(Catalog.model_validate(data), workshop.cache, workshop.inventory.go_folder)

    assert ensure(inventory, ["saw"], console)["saw"].path.read_text() == "a zipped saw"


def offer_a_folder(publisher: Publisher, *files: str) -> None:
    """Serve an archive with the folder box/saw and these files, each of which holds its own name."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        folder = tarfile.TarInfo("box/saw")
        folder.type, folder.mode = tarfile.DIRTYPE, 0o755
        archive.addfile(folder)
        for name in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(name)
            archive.addfile(entry, io.BytesIO(name.encode()))
    publisher.files = {f"/{ARCHIVE}": packed.getvalue(), "/SUMS": f"{sha256(packed)}  {ARCHIVE}\n".encode()}


def test_a_folder_is_taken_out_of_an_archive_with_all_that_is_in_it(
    workshop: Workshop, publisher: Publisher, console: Console
):
    offer_a_folder(publisher, "box/saw/blade", "box/saw/handle/grip", "box/sawdust")

    saw = ensure(workshop.inventory, ["saw"], console)["saw"]

    files = {str(path.relative_to(saw.path)): path.read_text() for path in saw.path.rglob("*") if path.is_file()}
    assert files == {"blade": "box/saw/blade", "handle/grip": "box/saw/handle/grip"}, "what lies beside it stays there"
    assert saw.origin is Origin.RELEASE


def test_a_file_of_an_archive_never_lands_outside_its_folder(
    workshop: Workshop, publisher: Publisher, console: Console
):
    offer_a_folder(publisher, "box/saw/blade", "box/saw/../../../../../escaped")

    tool = ensure(workshop.inventory, ["saw"], console)["saw"]

    assert tool.origin is Origin.GO, "such an archive is not used at all"
    assert list(workshop.folder.rglob("escaped")) == []


def test_a_download_with_another_checksum_is_thrown_away_and_built_instead(
    workshop: Workshop, publisher: Publisher, console: Console, output: Lines
):
    publisher.offer(ARCHIVE, PROGRAMS)
    listed = publisher.files["/SUMS"].split()[2].decode()
    publisher.files[f"/{ARCHIVE}"] += b"one byte too many"
    received = hashlib.sha256(publisher.files[f"/{ARCHIVE}"]).hexdigest()

    tools = ensure(workshop.inventory, ["hammer", "saw"], console)

    assert (
        f"Warning: {publisher.url}/{ARCHIVE} has the checksum {received}, but its publisher lists {listed}: it was "
        "thrown away. Another source is used for: hammer, saw.\n" in output.getvalue()
    )
    assert {tool.origin for tool in tools.values()} == {Origin.GO}
    assert not list(workshop.cache.root.rglob("*.tar.gz")), "a wrong download must not stay on disk"


def test_a_download_that_breaks_off_is_not_used(
    workshop: Workshop, publisher: Publisher, console: Console, output: Lines
):
    publisher.offer(ARCHIVE, PROGRAMS)
    publisher.broken_off.add(f"/{ARCHIVE}")
    length = len(publisher.files[f"/{ARCHIVE}"])

    tools = ensure(workshop.inventory, ["saw"], console)

    assert (
        f"Warning: The download of {publisher.url}/{ARCHIVE} broke off: peer closed connection without sending "
        f"complete message body (received {length // 2} bytes, expected {length}). Another source is used for: saw.\n"
        in output.getvalue()
    )
    assert tools["saw"].origin is Origin.GO


@pytest.mark.parametrize(
    ("sums", "warning"),
    [
        (None, "Warning: {url}/SUMS answered 404, so {url}/{archive} cannot be verified."),
        (b"", "Warning: {url}/SUMS lists no checksum of {archive}, so it cannot be verified."),
        (b"1234  {archive}\n", "Warning: {url}/SUMS lists no checksum of {archive}, so it cannot be verified."),
    ],
    ids=["no checksum file", "file not listed", "not a checksum"],
)
def test_a_download_without_a_published_checksum_is_not_even_started(
    workshop: Workshop, publisher: Publisher, console: Console, output: Lines, sums: bytes | None, warning: str
):
    publisher.offer(ARCHIVE, PROGRAMS)
    publisher.files.pop("/SUMS")
    if sums is not None:
        publisher.files["/SUMS"] = sums

    ensure(workshop.inventory, ["saw"], console)

    expected = warning.format(url=publisher.url, archive=ARCHIVE)
    assert f"{expected} Another source is used for: saw.\n" in output.getvalue()
    assert publisher.asked == ["/SUMS"]
    assert built(workshop) == ["example.org/box/cut"]


def test_an_archive_without_the_program_is_not_used(
    workshop: Workshop, publisher: Publisher, console: Console, output: Lines
):
    publisher.offer(ARCHIVE, {"box/drill": "something else"})

    ensure(workshop.inventory, ["saw"], console)

    assert (
        f"Warning: {publisher.url}/{ARCHIVE} is not the archive that was expected: filename 'box/saw' not found. "
        "Another source is used for: saw.\n" in output.getvalue()
    )


def test_a_file_that_the_publisher_does_not_have_is_built(
    workshop: Workshop, publisher: Publisher, console: Console, output: Lines
):
    publisher.offer(ARCHIVE, PROGRAMS)
    del publisher.files[f"/{ARCHIVE}"]

    ensure(workshop.inventory, ["saw"], console)

    assert f"Warning: {publisher.url}/{ARCHIVE} answered 404. Another source is used for: saw.\n" in output.getvalue()
    assert built(workshop) == ["example.org/box/cut"]
