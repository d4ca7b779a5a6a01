"""The provider of the one cluster that a stack is for."""

import pulumi_kubernetes as kubernetes

from components.platform.kubeconfig import ClusterAccess


def cluster_provider(access: ClusterAccess) -> kubernetes.Provider:
    """A provider that is bound to the context of `access` and to nothing that differs between machines.

    An empty kubeconfig makes the provider look where kubectl looks, while none at all makes the SDK write the value of
    KUBECONFIG, a path of this machine, into the state. The context is always explicit, so that a switch of the current
    context never moves a stack to another cluster unnoticed. The identifier decides when everything is replaced: a new
    context is a new cluster; a new path, token or address of the same context is not.
    """
    return kubernetes.Provider(
        "cluster",
        kubeconfig=access.configured_kubeconfig or "",
        context=access.context,
        cluster_identifier=access.context,
        # Otherwise a renewed certificate would delete its Secret before the new one is there.
        enable_secret_mutable=True,
    )
