"""What goes with the namespace that it is in."""

from collections.abc import Callable, Mapping
from typing import Any, cast

import pulumi

Transformation = Callable[[pulumi.ResourceTransformationArgs], pulumi.ResourceTransformationResult | None]


def going_with(namespaces: Mapping[str, pulumi.Resource]) -> Transformation:
    """Have whatever is registered in one of `namespaces` go with it, when it goes at the same time.

    Kubernetes deletes what is in a namespace by itself. A `destroy` that deletes a thousand routes one by one before
    takes a thousand requests for nothing. Helm releases are uninstalled even so, for they have objects elsewhere, and
    what runs pods is deleted before: where Kubernetes still finds pods, it looks at the namespace again only after half
    of the time that they are given (pkg/controller/namespace/namespace_controller.go of Kubernetes 1.35).
    """

    def transformation(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        fields = cast("Mapping[str, Any]", args.props)
        metadata: Mapping[str, Any] = fields.get("metadata") or {}
        home = namespaces.get(metadata.get("namespace", ""))
        if home is None or args.opts.deleted_with is not None or "template" in (fields.get("spec") or ()):
            return None
        gone = pulumi.ResourceOptions(deleted_with=home)
        return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions.merge(args.opts, gone))

    return transformation
