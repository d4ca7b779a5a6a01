// Package kubernetes holds what the provider takes from Pulumi's generated Go SDK. This module stands in for that SDK: its
// hundreds of thousands of lines take two minutes to compile, and the provider needs no more of them than this.
package kubernetes

import "reflect"

// UntypedArgs are the inputs of a resource, as they stand in a manifest.
type UntypedArgs map[string]interface{}

// ElementType is the Go type of the resolved inputs.
func (UntypedArgs) ElementType() reflect.Type { return reflect.TypeFor[map[string]interface{}]() }
