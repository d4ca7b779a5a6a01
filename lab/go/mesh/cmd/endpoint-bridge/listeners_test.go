package main

import (
	"testing"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	rbac "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	httprbac "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	envoytype "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func outbound(t *testing.T, host string) *listener.Listener {
	t.Helper()
	no := wrapperspb.Bool(false)
	return rewritten(t, directory(t), &listener.Listener{
		Address: address(host, 80), BindToPort: no, UseOriginalDst: wrapperspb.Bool(true), TrafficDirection: core.TrafficDirection_OUTBOUND,
		ListenerFilters: []*listener.ListenerFilter{{Name: originalDst}, {Name: "envoy.filters.listener.tls_inspector"}},
	}, &listener.Listener{})
}

func TestAListenerThatWaitsForRedirectedConnectionsIsBound(t *testing.T) {
	after := outbound(t, wildcard)
	if after.BindToPort != nil || after.UseOriginalDst != nil {
		t.Errorf("no iptables rule redirects to it, so it needs a port: %v", after)
	}
	if len(after.GetListenerFilters()) != 1 || after.GetListenerFilters()[0].GetName() == originalDst {
		t.Errorf("the kernel knows of no earlier destination; other filters stay: %v", after.GetListenerFilters())
	}
}

func TestListenersOfOneServiceEachHaveAPortOfTheirOwn(t *testing.T) {
	if every, one := shown(outbound(t, wildcard).GetAddress()), shown(outbound(t, "10.96.0.1").GetAddress()); every != "127.0.0.1:20080" || one != "127.0.0.1:21080" {
		t.Errorf("the same port at any address and at one address: %s, %s", every, one)
	}
}

func TestAnAuthorizationPolicyOfAGatewayMeansThePortsOfTheLab(t *testing.T) {
	after := rewritten(t, directory(t), &listener.Listener{
		Address: address(wildcard, 80), TrafficDirection: core.TrafficDirection_OUTBOUND,
		FilterChains: []*listener.FilterChain{chainFor(80, policyFor(t, 80))},
	}, &listener.Listener{})
	chain := after.GetFilterChains()[0]
	if got := permitted(t, chain.GetFilters()[0])[0].GetDestinationPort(); got != 20080 {
		t.Errorf("a rule for the gateway's port must match at the port that plays it, not at %d", got)
	}
	if got := portOf(chain); got != 80 {
		t.Errorf("a chain for the very port of a listener is for connections that nobody redirected: %d", got)
	}
}

func portOf(chain *listener.FilterChain) uint32 {
	return chain.GetFilterChainMatch().GetDestinationPort().GetValue()
}

func chainFor(port uint32, filters ...*listener.Filter) *listener.FilterChain {
	return &listener.FilterChain{FilterChainMatch: &listener.FilterChainMatch{DestinationPort: wrapperspb.UInt32(port)}, Filters: filters}
}

// policy is an HTTP filter as istiod makes it for an AuthorizationPolicy with ports 9080 and 7777.
func policy(t *testing.T) *listener.Filter {
	t.Helper()
	return policyFor(t, 9080, &rbac.Permission{Rule: &rbac.Permission_NotRule{
		NotRule: &rbac.Permission{Rule: &rbac.Permission_DestinationPort{DestinationPort: 7777}},
	}})
}

// policyFor is the same for one port, and for what else is given.
func policyFor(t *testing.T, port uint32, more ...*rbac.Permission) *listener.Filter {
	t.Helper()
	permissions := append([]*rbac.Permission{{Rule: &rbac.Permission_DestinationPort{DestinationPort: port}}}, more...)
	rules := &rbac.RBAC{Policies: map[string]*rbac.Policy{"ports": {Permissions: permissions}}}
	manager := &hcm.HttpConnectionManager{HttpFilters: []*hcm.HttpFilter{
		{Name: "rbac", ConfigType: &hcm.HttpFilter_TypedConfig{TypedConfig: packed(t, &httprbac.RBAC{Rules: rules})}},
		{Name: "unknown", ConfigType: &hcm.HttpFilter_TypedConfig{TypedConfig: &anypb.Any{TypeUrl: "type.googleapis.com/of.nobody", Value: []byte("any")}}},
	}}
	return &listener.Filter{Name: "http", ConfigType: &listener.Filter_TypedConfig{TypedConfig: packed(t, manager)}}
}

func ports(start, end int32) *listener.ListenerFilterChainMatchPredicate {
	return &listener.ListenerFilterChainMatchPredicate{Rule: &listener.ListenerFilterChainMatchPredicate_DestinationPortRange{
		DestinationPortRange: &envoytype.Int32Range{Start: start, End: end},
	}}
}

func virtualInbound(t *testing.T) *listener.Listener {
	t.Helper()
	either := &listener.ListenerFilterChainMatchPredicate{Rule: &listener.ListenerFilterChainMatchPredicate_OrMatch{
		OrMatch: &listener.ListenerFilterChainMatchPredicate_MatchSet{
			Rules: []*listener.ListenerFilterChainMatchPredicate{ports(9080, 9081), ports(9080, 9090)},
		},
	}}
	return rewritten(t, directory(t), &listener.Listener{
		Name: "virtualInbound", Address: address(wildcard, 15006), TrafficDirection: core.TrafficDirection_INBOUND,
		ListenerFilters: []*listener.ListenerFilter{{Name: "inspector", FilterDisabled: either}},
		FilterChains:    []*listener.FilterChain{chainFor(15006), {Name: "any port"}, chainFor(9080, policy(t)), chainFor(9080), chainFor(80)},
	}, &listener.Listener{})
}

func TestAnInboundListenerIsBoundOnceForEachPortOfItsPod(t *testing.T) {
	after := virtualInbound(t)
	got := []string{shown(after.GetAddress())}
	for _, one := range after.GetAdditionalAddresses() {
		got = append(got, shown(one.GetAddress()))
	}
	if len(got) != 3 || got[0] != "127.0.0.1:55006" || got[1] != "127.0.0.1:40080" || got[2] != "127.0.0.1:49080" {
		t.Errorf("other Envoys send to the port that plays the pod's: %v", got)
	}
}

func TestFilterChainsAreToldApartByThePortsOfTheLab(t *testing.T) {
	var got []uint32
	for _, chain := range virtualInbound(t).GetFilterChains() {
		got = append(got, portOf(chain))
	}
	if len(got) != 5 || got[0] != 55006 || got[1] != 0 || got[2] != 49080 || got[3] != 49080 || got[4] != 40080 {
		t.Errorf("Envoy compares the local port of the connection: %v", got)
	}
}

func managerOf(t *testing.T, filter *listener.Filter) *hcm.HttpConnectionManager {
	t.Helper()
	manager := &hcm.HttpConnectionManager{}
	if err := filter.GetTypedConfig().UnmarshalTo(manager); err != nil {
		t.Fatal(err)
	}
	return manager
}

// permitted are the permissions of the policy in an HTTP filter of policyFor.
func permitted(t *testing.T, filter *listener.Filter) []*rbac.Permission {
	t.Helper()
	policies := &httprbac.RBAC{}
	if err := managerOf(t, filter).GetHttpFilters()[0].GetTypedConfig().UnmarshalTo(policies); err != nil {
		t.Fatal(err)
	}
	return policies.GetRules().GetPolicies()["ports"].GetPermissions()
}

func TestAnAuthorizationPolicyMeansThePortsOfTheLab(t *testing.T) {
	filter := virtualInbound(t).GetFilterChains()[2].GetFilters()[0]
	permissions := permitted(t, filter)
	if got := permissions[0].GetDestinationPort(); got != 49080 {
		t.Errorf("a rule for the pod's port must match at the port that plays it, not at %d", got)
	}
	if got := permissions[1].GetNotRule().GetDestinationPort(); got != 7777 {
		t.Errorf("a port that the pod has not is nobody's: %d", got)
	}
	manager := managerOf(t, filter)
	kept := &anypb.Any{TypeUrl: "type.googleapis.com/of.nobody", Value: []byte("any")}
	if !proto.Equal(manager.GetHttpFilters()[1].GetTypedConfig(), kept) {
		t.Errorf("what nobody can read stays byte for byte: %v", manager.GetHttpFilters()[1])
	}
}

func TestAListenerFilterIsSwitchedOffAtThePortsOfTheLab(t *testing.T) {
	rules := virtualInbound(t).GetListenerFilters()[0].GetFilterDisabled().GetOrMatch().GetRules()
	if one := rules[0].GetDestinationPortRange(); one.GetStart() != 49080 || one.GetEnd() != 49081 {
		t.Errorf("one port is a range of one: %v", one)
	}
	if many := rules[1].GetDestinationPortRange(); many.GetStart() != 9080 || many.GetEnd() != 9090 {
		t.Errorf("neighbours of a port are no neighbours in the lab, so a range of many stays: %v", many)
	}
}
