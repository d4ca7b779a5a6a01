// Package v2 registers the resources of manifests and charts, as the SDK's package does.
package v2

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RegisterResource registers a resource of any kind. The SDK also gives each kind a Go type of its own, for Go programs; the
// provider uses no more of it than that it is a resource.
func RegisterResource(
	ctx *pulumi.Context, apiVersion, kind, name string, props pulumi.Input, opts ...pulumi.ResourceOption,
) (pulumi.CustomResource, error) {
	if !strings.Contains(apiVersion, "/") {
		apiVersion = "core/" + apiVersion
	}
	resource := &pulumi.CustomResourceState{}
	if err := ctx.RegisterResource("kubernetes:"+apiVersion+":"+kind, name, props, resource, opts...); err != nil {
		return nil, err
	}
	return resource, nil
}
