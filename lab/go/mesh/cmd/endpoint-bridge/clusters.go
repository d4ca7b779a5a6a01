package main

import (
	"net"
	"strconv"
	"strings"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
)

// passthrough is istiod's cluster for destinations outside the registry (meshConfig.outboundTrafficPolicy ALLOW_ANY). The lab
// plays all of them by one stand-in of this name.
const passthrough = "PassthroughCluster"

// cluster gives the cluster's own endpoints loopback addresses. One that asks DNS, or sends to where a redirected connection
// was going, gets fixed endpoints: there is no DNS of the cluster, and nothing is redirected.
func (b *addressBook) cluster(upstream *cluster.Cluster) error {
	dropClusterFilters(upstream)
	if err := b.trustStandIns(upstream); err != nil {
		return err
	}
	if upstream.GetType() == cluster.Cluster_ORIGINAL_DST {
		return b.fixDestination(upstream)
	}
	if err := b.endpoints(upstream.GetLoadAssignment()); err != nil {
		return err
	}
	if upstream.GetType() == cluster.Cluster_STRICT_DNS || upstream.GetType() == cluster.Cluster_LOGICAL_DNS {
		if onlyNumbers(upstream.GetLoadAssignment()) {
			upstream.ClusterDiscoveryType = &cluster.Cluster_Type{Type: cluster.Cluster_STATIC}
		}
	}
	return nil
}

// fixDestination makes an ORIGINAL_DST cluster STATIC, with the endpoint that its name tells; without one, nothing is reached.
// The names are istiod's: "inbound|9080||" for a port of the proxy's own pod, and "outbound|443||api.example.com" for a
// ServiceEntry with resolution NONE (istio.io/istio, pilot/pkg/model, BuildSubsetKey).
func (b *addressBook) fixDestination(upstream *cluster.Cluster) error {
	found, err := b.destination(upstream.GetName())
	if err != nil {
		return err
	}
	assignment := &endpoint.ClusterLoadAssignment{ClusterName: upstream.GetName()}
	if found.Port != 0 {
		socket := &core.SocketAddress{}
		point(socket, found.Port)
		one := &endpoint.LbEndpoint{HostIdentifier: &endpoint.LbEndpoint_Endpoint{Endpoint: &endpoint.Endpoint{
			Address: &core.Address{Address: &core.Address_SocketAddress{SocketAddress: socket}},
		}}}
		assignment.Endpoints = []*endpoint.LocalityLbEndpoints{{LbEndpoints: []*endpoint.LbEndpoint{one}}}
	}
	upstream.ClusterDiscoveryType = &cluster.Cluster_Type{Type: cluster.Cluster_STATIC}
	upstream.LoadAssignment = assignment
	upstream.LbPolicy = cluster.Cluster_ROUND_ROBIN // Theirs, CLUSTER_PROVIDED, is for ORIGINAL_DST only.
	upstream.LbConfig = nil
	upstream.UpstreamBindConfig = nil // 127.0.0.6, by which iptables knows the sidecar's own connections.
	return nil
}

func (b *addressBook) destination(name string) (answer, error) {
	if name == passthrough {
		return b.ask("endpoint", map[string]any{"address": passthrough, "port": 80})
	}
	parts := strings.Split(name, "|")
	if len(parts) != 4 {
		return answer{}, nil
	}
	port, err := strconv.Atoi(parts[1])
	if err != nil {
		return answer{}, nil
	}
	if parts[0] == "inbound" {
		return b.ask("stand-in", map[string]any{"address": b.pod, "port": port})
	}
	return b.ask("endpoint", map[string]any{"address": parts[3], "port": port})
}

func onlyNumbers(assignment *endpoint.ClusterLoadAssignment) bool {
	for _, locality := range assignment.GetEndpoints() {
		for _, one := range locality.GetLbEndpoints() {
			if net.ParseIP(one.GetEndpoint().GetAddress().GetSocketAddress().GetAddress()) == nil {
				return false
			}
		}
	}
	return true
}
