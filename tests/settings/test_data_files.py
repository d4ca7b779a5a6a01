"""Data files and the loader that reads them."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from components.settings.data_files import load_yaml, yaml_data

COMPONENTS = Path(__file__).resolve().parents[2] / "components"
WITHOUT_LIBYAML = "import yaml; del yaml.CSafeLoader; from components.settings.data_files import load_yaml; "


def test_every_data_file_means_the_same_with_and_without_libyaml() -> None:
    files = sorted(COMPONENTS.rglob("*.yaml"))
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    other = [str(file) for file, text in texts.items() if load_yaml(text) != yaml.safe_load(text)]
    assert files, "the program has data files"
    assert not other, "PyYAML is also there without libyaml"


def test_a_data_file_is_found_below_the_folder_of_its_package() -> None:
    profile = yaml_data("components.settings", "profiles", "demo.yaml")
    assert profile["deletionProtection"] is False, "where the program runs from is no matter"


def test_objects_of_python_are_refused() -> None:
    with pytest.raises(yaml.YAMLError, match="could not determine a constructor for the tag"):
        load_yaml("!!python/object/apply:os.getcwd []")


def test_yaml_is_read_where_pyyaml_has_no_libyaml() -> None:
    program = f"{WITHOUT_LIBYAML}print(load_yaml('a: 1'))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=COMPONENTS.parent, capture_output=True, text=True, check=False
    )
    assert done.stdout == "{'a': 1}\n", done.stderr
