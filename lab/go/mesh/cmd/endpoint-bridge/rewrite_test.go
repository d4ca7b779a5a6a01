package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	xds "github.com/cncf/xds/go/xds/type/v3"
	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// The addresses that the directory knows: a plain pod, a pod with a sidecar, and everything else not.
const (
	plainPod   = "10.244.0.5"
	sidecarPod = "10.244.0.6"
	unknown    = "10.244.0.7"
	ownPod     = "10.244.0.8"
)

func directory(t *testing.T) *addressBook {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			Address, Proxy, Direction string
			Port                      uint32
		}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		switch {
		case r.URL.Path == "/listener" && asked.Direction == "inbound" && asked.Proxy == "ns/gateway":
			fmt.Fprintf(w, `{"port": %d}`, 40000+asked.Port)
		case r.URL.Path == "/listener" && asked.Address != wildcard && asked.Proxy == "ns/gateway":
			fmt.Fprintf(w, `{"port": %d}`, 21000+asked.Port)
		case r.URL.Path == "/listener" && asked.Proxy == "ns/gateway":
			fmt.Fprintf(w, `{"port": %d}`, 20000+asked.Port)
		case r.URL.Path == "/stand-in" && asked.Address == ownPod:
			fmt.Fprintf(w, `{"port": %d}`, 50000+asked.Port)
		case asked.Address == "api.example.com" || asked.Address == passthrough:
			fmt.Fprintf(w, `{"port": %d}`, 32000+asked.Port)
		case asked.Address == plainPod:
			fmt.Fprintf(w, `{"port": %d}`, 30000+asked.Port)
		case asked.Address == sidecarPod:
			fmt.Fprintf(w, `{"port": %d, "sidecar": true}`, 31000+asked.Port)
		default:
			fmt.Fprint(w, `{"port": 0, "sidecar": false}`)
		}
	}))
	t.Cleanup(server.Close)
	return newAddressBook(server.URL, "ns/gateway", ownPod)
}

func address(host string, port uint32) *core.Address {
	return &core.Address{Address: &core.Address_SocketAddress{SocketAddress: &core.SocketAddress{
		Address: host, PortSpecifier: &core.SocketAddress_PortValue{PortValue: port},
	}}}
}

func shown(address *core.Address) string {
	socket := address.GetSocketAddress()
	return fmt.Sprintf("%s:%d", socket.GetAddress(), socket.GetPortValue())
}

// lbEndpoint is an endpoint to which istiod wants mTLS spoken, with a metadata entry of another kind beside.
func lbEndpoint(host string) *endpoint.LbEndpoint {
	mtls := &structpb.Struct{Fields: map[string]*structpb.Value{"tlsMode": structpb.NewStringValue("istio")}}
	return &endpoint.LbEndpoint{
		HostIdentifier: &endpoint.LbEndpoint_Endpoint{Endpoint: &endpoint.Endpoint{Address: address(host, 80)}},
		Metadata: &core.Metadata{FilterMetadata: map[string]*structpb.Struct{
			transportSocketMatch: mtls, "istio": {},
		}},
	}
}

func packed(t *testing.T, message proto.Message) *anypb.Any {
	t.Helper()
	any, err := anypb.New(message)
	if err != nil {
		t.Fatal(err)
	}
	return any
}

func rewritten[M proto.Message](t *testing.T, book *addressBook, before, after M) M {
	t.Helper()
	resource := packed(t, before)
	if err := book.rewrite(resource); err != nil {
		t.Fatalf("the resource must be rewritten: %v", err)
	}
	if err := resource.UnmarshalTo(after); err != nil {
		t.Fatal(err)
	}
	return after
}

func assignment(hosts ...string) *endpoint.ClusterLoadAssignment {
	locality := &endpoint.LocalityLbEndpoints{}
	for _, host := range hosts {
		locality.LbEndpoints = append(locality.LbEndpoints, lbEndpoint(host))
	}
	return &endpoint.ClusterLoadAssignment{ClusterName: "reviews", Endpoints: []*endpoint.LocalityLbEndpoints{locality}}
}

func one(t *testing.T, host string) *endpoint.LbEndpoint {
	t.Helper()
	after := rewritten(t, directory(t), assignment(host), &endpoint.ClusterLoadAssignment{})
	return after.GetEndpoints()[0].GetLbEndpoints()[0]
}

func metadata(one *endpoint.LbEndpoint) []string {
	var names []string
	for name := range one.GetMetadata().GetFilterMetadata() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestAnEndpointBecomesTheLoopbackPortThatPlaysIt(t *testing.T) {
	if got := shown(one(t, plainPod).GetEndpoint().GetAddress()); got != "127.0.0.1:30080" {
		t.Errorf("Envoy must reach the stand-in of the pod, and is sent to %s", got)
	}
}

func TestAPodWithoutASidecarIsSpokenToInPlainText(t *testing.T) {
	if got := metadata(one(t, plainPod)); !slices.Equal(got, []string{"istio"}) {
		t.Errorf("a stand-in speaks no mTLS; other metadata must stay: %v", got)
	}
}

func TestAPodWithASidecarIsSpokenToByMutualTLS(t *testing.T) {
	got := one(t, sidecarPod)
	if at := shown(got.GetEndpoint().GetAddress()); at != "127.0.0.1:31080" {
		t.Errorf("the sidecar's loopback port plays the pod, not %s", at)
	}
	if names := metadata(got); !slices.Equal(names, []string{transportSocketMatch, "istio"}) {
		t.Errorf("what istiod said about mTLS must stay: %v", names)
	}
}

func TestAnUnknownAddressIsLeftAlone(t *testing.T) {
	if got := one(t, unknown); !proto.Equal(got, lbEndpoint(unknown)) {
		t.Errorf("what nothing plays stays as istiod sent it: %v", got)
	}
}

func TestALoopbackAddressIsNotAskedFor(t *testing.T) {
	book := newAddressBook("http://127.0.0.1:0", "ns/gateway", ownPod) // Nobody answers there.
	after := rewritten(t, book, assignment("127.0.0.1"), &endpoint.ClusterLoadAssignment{})
	if !proto.Equal(after, assignment("127.0.0.1")) {
		t.Errorf("a ServiceEntry with a loopback endpoint means just that: %v", after)
	}
}

func TestEndpointsInsideAClusterAreRewrittenToo(t *testing.T) {
	before := &cluster.Cluster{Name: "static", LoadAssignment: assignment(plainPod), Filters: []*cluster.Filter{
		{Name: "exchange", TypedConfig: &anypb.Any{TypeUrl: istioOnly[3]}},
		{Name: "upstream", TypedConfig: packed(t, &hcm.HttpConnectionManager{})},
	}}
	after := rewritten(t, directory(t), before, &cluster.Cluster{})
	if got := shown(after.GetLoadAssignment().GetEndpoints()[0].GetLbEndpoints()[0].GetEndpoint().GetAddress()); got != "127.0.0.1:30080" {
		t.Errorf("a STATIC cluster holds its endpoints itself: %s", got)
	}
	if len(after.GetFilters()) != 1 || after.GetFilters()[0].GetName() != "upstream" {
		t.Errorf("only Istio's own filter is left out: %v", after.GetFilters())
	}
}

func TestAListenerIsBoundToLoopbackOnItsOwnPort(t *testing.T) {
	before := &listener.Listener{Name: "0.0.0.0_80", Address: address("0.0.0.0", 80), AdditionalAddresses: []*listener.AdditionalAddress{
		{Address: address("::", 80)},
	}}
	after := rewritten(t, directory(t), before, &listener.Listener{})
	if got := shown(after.GetAddress()); got != "127.0.0.1:20080" {
		t.Errorf("nobody on another machine may reach it, and it needs the port of this proxy: %s", got)
	}
	if len(after.GetAdditionalAddresses()) != 0 {
		t.Errorf("they would be bound on every address: %v", after.GetAdditionalAddresses())
	}
}

func wrapped(t *testing.T, url string) *anypb.Any { return packed(t, &xds.TypedStruct{TypeUrl: url}) }

func TestFiltersThatOnlyIstiosEnvoyHasAreLeftOut(t *testing.T) {
	for _, url := range istioOnly {
		manager := packed(t, &hcm.HttpConnectionManager{StatPrefix: "inbound", HttpFilters: []*hcm.HttpFilter{
			{Name: "typed", ConfigType: &hcm.HttpFilter_TypedConfig{TypedConfig: &anypb.Any{TypeUrl: url}}},
			{Name: "struct", ConfigType: &hcm.HttpFilter_TypedConfig{TypedConfig: wrapped(t, url)}},
			{Name: "other-struct", ConfigType: &hcm.HttpFilter_TypedConfig{TypedConfig: wrapped(t, "type.googleapis.com/envoy.other")}},
			{Name: "router", ConfigType: &hcm.HttpFilter_TypedConfig{TypedConfig: &anypb.Any{TypeUrl: "type.googleapis.com/envoy.router"}}},
		}})
		chain := func() *listener.FilterChain {
			return &listener.FilterChain{Filters: []*listener.Filter{
				{Name: "typed", ConfigType: &listener.Filter_TypedConfig{TypedConfig: &anypb.Any{TypeUrl: url}}},
				{Name: "struct", ConfigType: &listener.Filter_TypedConfig{TypedConfig: wrapped(t, url)}},
				{Name: "manager", ConfigType: &listener.Filter_TypedConfig{TypedConfig: proto.Clone(manager).(*anypb.Any)}},
			}}
		}
		before := &listener.Listener{Address: address("0.0.0.0", 80), FilterChains: []*listener.FilterChain{chain()}, DefaultFilterChain: chain()}
		after := rewritten(t, directory(t), before, &listener.Listener{})
		for _, each := range append(after.GetFilterChains(), after.GetDefaultFilterChain()) {
			if len(each.GetFilters()) != 1 || each.GetFilters()[0].GetName() != "manager" {
				t.Fatalf("%s: upstream's Envoy would refuse the whole listener: %v", url, each.GetFilters())
			}
			kept := &hcm.HttpConnectionManager{}
			if err := each.GetFilters()[0].GetTypedConfig().UnmarshalTo(kept); err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, filter := range kept.GetHttpFilters() {
				names = append(names, filter.GetName())
			}
			if !slices.Equal(names, []string{"other-struct", "router"}) || kept.GetStatPrefix() != "inbound" {
				t.Errorf("%s: everything else stays as istiod sent it: %v", url, kept)
			}
		}
	}
}

func TestAResourceWithoutAddressesStaysByteForByte(t *testing.T) {
	route := &anypb.Any{TypeUrl: "type.googleapis.com/envoy.config.route.v3.RouteConfiguration", Value: []byte("any bytes")}
	before := proto.Clone(route)
	if err := directory(t).rewrite(route); err != nil || !proto.Equal(route, before) {
		t.Errorf("a route is passed through: %v, %v", err, route)
	}
}

func TestWhatTheDirectoryRefusesIsAnError(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	resource := packed(t, assignment(plainPod))
	err := newAddressBook(server.URL, "ns/gateway", ownPod).rewrite(resource)
	if err == nil || err.Error() != "directory answered 404 Not Found" {
		t.Errorf("an answer that is none must not be taken for a port: %v", err)
	}
}
