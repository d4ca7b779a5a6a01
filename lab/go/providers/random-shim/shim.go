// Package shim re-exports terraform-provider-random's framework provider, which upstream keeps in an internal package:
// Go allows the import only from a module whose path lies below upstream's own.
package shim

import (
	"github.com/hashicorp/terraform-plugin-framework/provider"

	upstream "github.com/terraform-providers/terraform-provider-random/internal/provider"
)

// NewProvider returns the framework provider that the bridge serves as Pulumi's random provider.
func NewProvider() provider.Provider { return upstream.New() }
