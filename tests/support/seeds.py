"""The seeds of generated cases: the same in every run, until somebody asks for others."""

import os

VARIABLE = "MESH_TEST_SEED"
"""A whole number; with another one the lab's tests of generated objects and requests try other cases."""


def chosen_seed(usual: int) -> int:
    """The seed of `MESH_TEST_SEED`, else the usual one, which keeps the gate from failing by luck; it is printed.

    Raises:
        ValueError: the variable is no whole number.
    """
    seed = int(os.environ.get(VARIABLE) or usual)
    print(f"{VARIABLE}={seed}")
    return seed
