package main

import (
	"testing"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
)

func kind(of cluster.Cluster_DiscoveryType) *cluster.Cluster_Type {
	return &cluster.Cluster_Type{Type: of}
}

func endpointsOf(upstream *cluster.Cluster) []string {
	var found []string
	for _, locality := range upstream.GetLoadAssignment().GetEndpoints() {
		for _, one := range locality.GetLbEndpoints() {
			found = append(found, shown(one.GetEndpoint().GetAddress()))
		}
	}
	return found
}

// originalDestination is a cluster as istiod makes it for where a redirected connection was going.
func originalDestination(t *testing.T, name string) *cluster.Cluster {
	t.Helper()
	return rewritten(t, directory(t), &cluster.Cluster{
		Name: name, ClusterDiscoveryType: kind(cluster.Cluster_ORIGINAL_DST), LbPolicy: cluster.Cluster_CLUSTER_PROVIDED,
		UpstreamBindConfig: &core.BindConfig{SourceAddress: address("127.0.0.6", 0).GetSocketAddress()},
	}, &cluster.Cluster{})
}

func TestAClusterOfWhereAConnectionWasGoingGetsTheEndpointThatItsNameTells(t *testing.T) {
	for name, wanted := range map[string]string{
		"inbound|9080||":                  "127.0.0.1:59080",
		"outbound|443||api.example.com":   "127.0.0.1:32443",
		"outbound|443|v1|api.example.com": "127.0.0.1:32443",
		"PassthroughCluster":              "127.0.0.1:32080",
	} {
		after := originalDestination(t, name)
		if got := endpointsOf(after); len(got) != 1 || got[0] != wanted {
			t.Errorf("%s: nothing is redirected in the lab, so it must lead to %s, not %v", name, wanted, got)
		}
		if after.GetType() != cluster.Cluster_STATIC || after.GetLbPolicy() != cluster.Cluster_ROUND_ROBIN || after.GetUpstreamBindConfig() != nil {
			t.Errorf("%s: Envoy refuses a STATIC cluster with what is ORIGINAL_DST's: %v", name, after)
		}
	}
}

func TestAClusterWhoseNameTellsNoEndpointReachesNothing(t *testing.T) {
	for _, name := range []string{"InboundPassthroughCluster", "inbound|http||", "outbound|80||elsewhere.example.com"} {
		if after := originalDestination(t, name); after.GetType() != cluster.Cluster_STATIC || len(endpointsOf(after)) != 0 {
			t.Errorf("%s: left as it was, Envoy would connect to itself for ever: %v", name, after)
		}
	}
}

func TestAClusterThatAsksDNSGetsTheStandInOfTheHost(t *testing.T) {
	for _, of := range []cluster.Cluster_DiscoveryType{cluster.Cluster_STRICT_DNS, cluster.Cluster_LOGICAL_DNS} {
		before := &cluster.Cluster{ClusterDiscoveryType: kind(of), LoadAssignment: assignment("api.example.com")}
		after := rewritten(t, directory(t), before, &cluster.Cluster{})
		if got := endpointsOf(after); len(got) != 1 || got[0] != "127.0.0.1:32080" || after.GetType() != cluster.Cluster_STATIC {
			t.Errorf("%v: DNS would lead out of the lab: %v", of, after)
		}
	}
}

func TestAClusterOfAHostThatNothingPlaysGoesOnAskingDNS(t *testing.T) {
	before := &cluster.Cluster{ClusterDiscoveryType: kind(cluster.Cluster_STRICT_DNS), LoadAssignment: assignment("localhost")}
	after := rewritten(t, directory(t), before, &cluster.Cluster{})
	if got := endpointsOf(after); len(got) != 1 || got[0] != "localhost:80" || after.GetType() != cluster.Cluster_STRICT_DNS {
		t.Errorf("a name is no address of a STATIC cluster: %v", after)
	}
}
