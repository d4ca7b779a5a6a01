"""How fast and how small the program is, measured on a lab of its own and held against bars: `make bench`."""
