"""Tests: `lab` runs on the embedded lab, everything else needs nothing but Python."""
