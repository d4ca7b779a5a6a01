"""A program of somebody else's: nothing in it is of this project, and it is looser than this one can be."""

import pulumi
import pulumi_kubernetes as k8s

k8s.core.v1.Namespace("kept", metadata={"name": "kept"}, opts=pulumi.ResourceOptions(protect=True))
k8s.core.v1.Namespace("lost", metadata={"name": "lost"})
k8s.helm.v3.Release(
    "istiod",
    chart=pulumi.Config().require("chart"),
    namespace="lost",
    atomic=True,
    values={"autoscaleMin": 2},
)
