// Package java stands in for pulumi-java, which the bridge imports to translate examples in documentation into Java. The
// lab's provider has no such examples, and the pulumi-java that goes with this bridge cannot be had.
package java

import (
	"errors"

	"github.com/hashicorp/hcl/v2"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
)

// GenerateProgram has the signature of pulumi-java's and always fails.
func GenerateProgram(*pcl.Program) (map[string][]byte, hcl.Diagnostics, error) {
	return nil, nil, errors.New("Java examples are not supported by the lab's provider")
}
