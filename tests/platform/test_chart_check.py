"""The check of charts against the values that the program sets."""

import io
import tarfile
from pathlib import Path

import pytest

from components.platform.chart_values import known_values
from tests.support.chart_check import chart_files, main, missing_values

OWNED = known_values()["base"].owned


def test_a_value_that_a_chart_lacks_is_named() -> None:
    files = {"values.yaml": "_internal_defaults_do_not_set: {global: {istioNamespace: x}, defaultRevision: y}"}
    assert missing_values(files, "base") == ["global.imagePullSecrets", "compatibilityVersion"], (
        "Istio's charts ignore an unknown value in silence"
    )


def test_a_value_is_there_by_default_by_schema_or_because_a_template_reads_it() -> None:
    files = {
        "values.yaml": "global: {}\ndefaultRevision: ''",
        "values.schema.json": '{"$defs": {"values": {"properties": {"compatibilityVersion": {}}}}}',
    }
    assert missing_values(files, "base") == [], "an empty map is open to anything below it"
    files |= {"values.schema.json": "{}", "templates/x.yaml": "{{ with ($.Values).compatibilityVersion }}"}
    assert missing_values(files, "base") == [], "parentheses only guard against a missing map"


def test_a_value_that_only_begins_like_one_of_the_chart_is_not_there() -> None:
    files = {"values.yaml": "global: {}\ndefaultRevision: ''", "templates/x": "{{ .Values.compatibilityVersions }}"}
    assert missing_values(files, "base") == ["compatibilityVersion"], "the whole name counts"


def test_a_folder_is_checked_chart_by_chart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = b"global: {istioNamespace: x, imagePullSecrets: []}\ndefaultRevision: y\n"
    with tarfile.open(tmp_path / "base-1.30.3.tgz", "w:gz") as archive:
        entry = tarfile.TarInfo("base/values.yaml")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    assert list(chart_files(tmp_path / "base-1.30.3.tgz")) == ["values.yaml"], "paths are those below the chart"
    assert main([str(tmp_path)]) == 1, "make has to fail"
    assert capsys.readouterr().err.splitlines() == [
        "error: base-1.30.3.tgz: has no value compatibilityVersion, which the program sets",
        f"error: {tmp_path}: there is no istiod-VERSION.tgz",
        f"error: {tmp_path}: there is no gateway-VERSION.tgz",
    ], "each line says what to look at"


def test_without_a_folder_the_command_says_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2, "an empty FOLDER must not pass as a check"
    assert capsys.readouterr().err == ("error: name a folder with the charts: make check-charts FOLDER=charts\n"), (
        "the next command is in the message"
    )
