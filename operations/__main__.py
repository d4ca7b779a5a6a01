"""`python -m operations` is `./mesh`."""

from operations.cli import main

main()
