"""The settings of a stack, read from its committed file as the program reads them."""

from components.settings.mesh import MeshSettings
from lab.layout import CHECKOUT
from lab.stack_file import read_settings


def stack_settings(stack: str) -> MeshSettings:
    """The settings of `Pulumi.STACK.yaml`, profile merged in.

    Raises:
        LabError: there is no such file, or with all the problems of its settings.
    """
    return read_settings(CHECKOUT / f"Pulumi.{stack}.yaml")
