package main

import (
	"slices"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
)

// originalDst is the listener filter that asks the kernel where a redirected connection was going.
const originalDst = "envoy.filters.listener.original_dst"

// listener binds a listener to loopback, on a port of its own: the capture of a pod's traffic by iptables, for which istiod
// leaves most listeners of a sidecar unbound, does not exist in the lab.
func (b *addressBook) listener(bound *listener.Listener) error {
	if err := adaptListenerFilters(bound); err != nil {
		return err
	}
	bound.AdditionalAddresses = nil // They are the same port in another IP family; one loopback address is enough.
	socket := bound.GetAddress().GetSocketAddress()
	if socket == nil || isLoopback(socket.GetAddress()) {
		return nil
	}
	bound.BindToPort, bound.UseOriginalDst, bound.Transparent = nil, nil, nil
	bound.ListenerFilters = slices.DeleteFunc(bound.ListenerFilters, func(filter *listener.ListenerFilter) bool {
		return filter.GetName() == originalDst
	})
	if bound.GetTrafficDirection() == core.TrafficDirection_INBOUND {
		return b.inbound(bound)
	}
	port, err := b.played("outbound", socket.GetAddress(), socket.GetPortValue())
	if err != nil {
		return err
	}
	ports := map[uint32]uint32{socket.GetPortValue(): port}
	point(socket, port)
	return replaceInFilters(bound, ports)
}

// replaceInFilters tells the policies of a gateway its ports of the lab. What chooses a filter chain stays: at a sidecar's
// port 15001 a chain drops connections to that very port, which are those that nobody redirected, and here all of them are so.
func replaceInFilters(bound *listener.Listener, ports map[uint32]uint32) error {
	for _, chain := range bound.GetFilterChains() {
		for _, filter := range chain.GetFilters() {
			if err := replaceDestinationPorts(filter.ProtoReflect(), ports); err != nil {
				return err
			}
		}
	}
	return nil
}

// inbound binds a sidecar's inbound listener to one loopback port for each port of the pod. What tells the ports apart, in
// filter chains and in AuthorizationPolicies, is the local port of a connection; so each of them is told in these ports.
func (b *addressBook) inbound(bound *listener.Listener) error {
	socket := bound.GetAddress().GetSocketAddress()
	own := socket.GetPortValue()
	ports := map[uint32]uint32{}
	wanted := []uint32{own}
	for _, chain := range bound.GetFilterChains() {
		if match := chain.GetFilterChainMatch().GetDestinationPort(); match != nil {
			wanted = append(wanted, match.GetValue())
		}
	}
	slices.Sort(wanted)
	for _, port := range slices.Compact(wanted) {
		local, err := b.played("inbound", wildcard, port)
		if err != nil {
			return err
		}
		ports[port] = local
		if port != own {
			bound.AdditionalAddresses = append(bound.AdditionalAddresses, additional(local))
		}
	}
	point(socket, ports[own])
	return replaceDestinationPorts(bound.ProtoReflect(), ports)
}

func additional(port uint32) *listener.AdditionalAddress {
	socket := &core.SocketAddress{}
	point(socket, port)
	return &listener.AdditionalAddress{Address: &core.Address{Address: &core.Address_SocketAddress{SocketAddress: socket}}}
}

// played is the loopback port for one address and port of the proxy's pod, in one direction.
func (b *addressBook) played(direction, address string, port uint32) (uint32, error) {
	found, err := b.ask("listener", map[string]any{
		"proxy": b.proxy, "direction": direction, "address": address, "port": port,
	})
	return found.Port, err
}
