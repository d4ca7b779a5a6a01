package main

import (
	// Known by their names only, so that a policy inside a listener can be read.
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/rbac/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	envoytype "github.com/envoyproxy/go-control-plane/envoy/type/v3"
)

// replaceDestinationPorts changes the ports in every destination_port and destination_port_range below a message, also inside
// typed configurations. A range is changed where it is a single port; others, and ports that are not in the map, stay.
func replaceDestinationPorts(message protoreflect.Message, ports map[uint32]uint32) error {
	if packed, ok := message.Interface().(*anypb.Any); ok {
		return replaceInside(packed, ports)
	}
	var failed error
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.Name() == "destination_port":
			replacePort(message, field, value, ports)
		case field.Name() == "destination_port_range":
			replaceRange(value.Message().Interface(), ports)
		case field.IsList() && field.Message() != nil:
			for i := 0; i < value.List().Len() && failed == nil; i++ {
				failed = replaceDestinationPorts(value.List().Get(i).Message(), ports)
			}
		case field.IsMap() && field.MapValue().Message() != nil:
			value.Map().Range(func(_ protoreflect.MapKey, one protoreflect.Value) bool {
				failed = replaceDestinationPorts(one.Message(), ports)
				return failed == nil
			})
		case !field.IsMap() && !field.IsList() && field.Message() != nil:
			failed = replaceDestinationPorts(value.Message(), ports)
		}
		return failed == nil
	})
	return failed
}

func replaceInside(packed *anypb.Any, ports map[uint32]uint32) error {
	content, err := packed.UnmarshalNew()
	if err != nil {
		return nil // A type that this program does not know: it stays byte for byte.
	}
	before := proto.Clone(content)
	if err := replaceDestinationPorts(content.ProtoReflect(), ports); err != nil || proto.Equal(before, content) {
		return err
	}
	return packed.MarshalFrom(content)
}

// replacePort handles both forms that Envoy's API has: a number, and a number that may be absent.
func replacePort(message protoreflect.Message, field protoreflect.FieldDescriptor, value protoreflect.Value, ports map[uint32]uint32) {
	if field.Kind() == protoreflect.Uint32Kind {
		if local, ok := ports[uint32(value.Uint())]; ok {
			message.Set(field, protoreflect.ValueOfUint32(local))
		}
		return
	}
	if field.Message() == nil {
		return
	}
	if wrapped, ok := value.Message().Interface().(*wrapperspb.UInt32Value); ok {
		if local, ok := ports[wrapped.GetValue()]; ok {
			wrapped.Value = local
		}
	}
}

func replaceRange(message proto.Message, ports map[uint32]uint32) {
	one, ok := message.(*envoytype.Int32Range)
	if !ok || one.GetEnd() != one.GetStart()+1 {
		return
	}
	if local, ok := ports[uint32(one.GetStart())]; ok {
		one.Start, one.End = int32(local), int32(local)+1
	}
}
