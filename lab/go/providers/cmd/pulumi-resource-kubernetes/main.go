// Command pulumi-resource-kubernetes serves Pulumi's Kubernetes provider. Upstream's own main embeds two files that are
// generated at release time and are not in its module; the build lays them over this folder, see lab/tools/build.py.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

//go:embed schema-embed.json
var schema []byte

//go:embed terraform-mapping-embed.json
var terraformMapping []byte

func main() { provider.Serve("kubernetes", version.Version, schema, terraformMapping) }
