"""`python -m operations.reference` writes the generated documents anew."""

from pathlib import Path

from operations.reference.documents import documents

ROOT = Path(__file__).parents[2]

for path, text in documents().items():
    target = ROOT / path
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8")
