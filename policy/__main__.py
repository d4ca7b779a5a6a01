"""Serves the policies to Pulumi: `pulumi preview --policy-pack policy`."""

import importlib
from typing import Any

from mesh_policies.engine import pack_policies

# By its name, because it is installed in the pack's own environment, and not where this file is checked and tested.
sdk: Any = importlib.import_module("pulumi_policy")

sdk.PolicyPack(name="istio-mesh", policies=pack_policies(sdk))
