"""Where the charts of addons on the lab come from: their publishers, a source of yours, or the stand-ins."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from components.observability.addons.charts import CatalogEntry, catalog
from components.platform.charts import archive_file
from lab.errors import LabError
from lab.tools import cache_root
from operations.charts.archive import Archive, OtherArchiveError, checked
from operations.charts.fetching import FoundCharts, Report, WantedChart, fetch_and_keep, first_sentence

AUTOMATIC, OFFICIAL, STAND_INS = "automatic", "official", "stand-ins"
AddonCharts = Annotated[
    str,
    typer.Option(
        envvar="ADDON_CHARTS",
        help="Charts of addons on the lab: 'official', 'stand-ins', 'automatic' (official ones where their publishers "
        "are within reach), a folder, or the http(s):// or oci:// address of a mirror.",
    ),
]
"""The option of the verbs that start a lab."""

Entries = Mapping[str, CatalogEntry]
_SCHEMES = ("http://", "https://", "oci://")


@dataclass(frozen=True)
class AddonSource:
    """What a user chose: the word, or else an address or a folder."""

    wanted: str
    address: str = ""
    folder: Path | None = None


ONLY_STAND_INS = AddonSource(STAND_INS)
"""For tests and measurements, which must not depend on what is within reach."""


def addon_source(wanted: str) -> AddonSource:
    """The choice that ADDON_CHARTS or --addon-charts names; 'automatic' where it is empty.

    Raises:
        LabError: it is none, or it holds a password.
    """
    if wanted in ("", AUTOMATIC, OFFICIAL, STAND_INS):
        return AddonSource(wanted or AUTOMATIC)
    if wanted.startswith(_SCHEMES):
        if "@" in urlsplit(wanted).netloc:
            raise LabError(
                "ADDON_CHARTS: its address holds a login, which would show in lines of progress. Download the charts "
                "with `helm pull`, and name their folder."
            )
        return AddonSource(wanted.rstrip("/"), address=wanted.rstrip("/"))
    folder = Path(wanted).expanduser()
    if not folder.is_dir():
        raise LabError(
            f"ADDON_CHARTS {wanted!r}: is neither 'automatic', 'official' nor 'stand-ins', and no folder. "
            "Choose one of these, a folder with the charts, or the http(s):// or oci:// address of a mirror."
        )
    return AddonSource(wanted, folder=folder.absolute())


def find_addon_charts(source: AddonSource, report: Report) -> dict[str, bytes]:
    """The archives of charts that are no stand-ins, by chart, as `lab.cluster.up` takes them.

    With 'automatic' each chart is decided by itself, because the four have four publishers, and one of them that is
    down says nothing of the others; what was fetched once stays official. Every other choice is all or nothing.
    `report` gets a line that says what was decided, and why.

    Raises:
        LabError: a chart is not what its source states, which no stand-in takes the place of; or one cannot be had, and
            the user chose its source.
    """
    if source.wanted == STAND_INS:
        report("addon charts: stand-ins, as chosen")
        return {}
    entries = {entry.chart: entry for entry in catalog().values()}
    try:
        found = _found(source, entries, report)
    except OtherArchiveError as error:
        raise OtherArchiveError(
            f"{first_sentence(error)}. It is refused, and no stand-in takes its place. Ask who runs its source, or "
            "delete the file where it is one of yours; with ADDON_CHARTS=stand-ins the lab starts without it."
        ) from None
    if found.reasons and source.wanted != AUTOMATIC:
        raise LabError(_refusal(source, entries, found.reasons))
    report(_decision(source, entries, found))
    return {chart: archive.content for chart, archive in found.archives.items()}


def _found(source: AddonSource, entries: Entries, report: Report) -> FoundCharts:
    if source.folder is not None:
        return _in_folder(source.folder, entries)
    wanted = [
        WantedChart(name=chart, version=entry.version, source=source.address or entry.repository)
        for chart, entry in entries.items()
    ]
    return fetch_and_keep(wanted, cache_root(), report)


def _in_folder(folder: Path, entries: Entries) -> FoundCharts:
    found = FoundCharts({}, {})
    for chart, entry in entries.items():
        path = folder / archive_file(chart, entry.version)
        if path.is_file():
            archive = Archive(name=chart, version=entry.version, source=str(folder), content=path.read_bytes())
            found.archives[chart] = checked(archive)
        else:
            found.reasons[chart] = f"there is no {path}"
    return found


def _refusal(source: AddonSource, entries: Entries, reasons: Mapping[str, str]) -> str:
    lines = [f"  {chart} {entries[chart].version}: {reason}" for chart, reason in reasons.items()]
    return "\n".join(
        [
            f"ADDON_CHARTS {source.wanted!r}: all charts of addons have to come from there, and these cannot be had:",
            *lines,
            "Look at the network or the address; or have NAME-VERSION.tgz of each in a folder and choose that, "
            "or choose 'stand-ins'.",
        ]
    )


def _decision(source: AddonSource, entries: Entries, found: FoundCharts) -> str:
    origin = "official" if source.wanted in (AUTOMATIC, OFFICIAL) else f"from {source.wanted}"
    had = ", ".join(f"{chart} {entries[chart].version}" for chart in entries if chart in found.archives)
    why = "; ".join(dict.fromkeys(found.reasons.values()))
    if not found.archives:
        return f"addon charts: stand-ins ({why})"
    return f"addon charts: {origin}: {had}" + (f"; stand-ins: {', '.join(found.reasons)} ({why})" if why else "")
