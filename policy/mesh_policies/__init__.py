"""Policies for Istio meshes: rules over the resources of any Pulumi program, with nothing of this project in them."""
