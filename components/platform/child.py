"""The single way in which components make the options of their children."""

import pulumi


def child_options(parent: pulumi.Resource, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Parent a child and carry the caller's ordering, which Pulumi does not hand down.

    `depends_on` of a component reaches none of its children (design guidelines, composition); provider and protect are
    inherited by the engine. The rest of the caller's options is meant for the component only.
    """
    return pulumi.ResourceOptions(parent=parent, depends_on=opts.depends_on if opts else None)
