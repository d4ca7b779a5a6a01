"""`python -m operations.reference` writes the generated documents anew."""

from pathlib import Path

from operations.reference.documents import DOCUMENTS

ROOT = Path(__file__).parents[2]

for path, written in DOCUMENTS.items():
    target = ROOT / path
    target.parent.mkdir(exist_ok=True)
    target.write_text(written(), encoding="utf-8")
