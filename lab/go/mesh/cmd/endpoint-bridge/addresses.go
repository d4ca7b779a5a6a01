package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

const (
	// transportSocketMatch is the metadata by which istiod tells Envoy to speak mTLS to an endpoint.
	transportSocketMatch = "envoy.transport_socket_match"
	loopback             = "127.0.0.1"
	wildcard             = "0.0.0.0"
)

// addressBook asks the lab which loopback address plays which address of the cluster, for the proxy NAMESPACE/NAME whose pod
// has the address pod. authorities is the file with the certificate authority of the stand-ins outside the cluster; without
// one, those of the system stay.
type addressBook struct {
	directory, proxy, pod string
	authorities           string
	client                *http.Client
}

func newAddressBook(directory, proxy, pod string) *addressBook {
	return &addressBook{directory: directory, proxy: proxy, pod: pod, client: &http.Client{Timeout: 5 * time.Second}}
}

// answer is what the directory knows: Port is 0 where nothing plays the address.
type answer struct {
	Port    uint32 `json:"port"`
	Sidecar bool   `json:"sidecar"`
	// Sidecars names the proxies that run for pods; it changes when one comes or goes.
	Sidecars string `json:"sidecars"`
}

func (b *addressBook) ask(kind string, question map[string]any) (answer, error) {
	body, err := json.Marshal(question)
	if err != nil {
		return answer{}, err
	}
	response, err := b.client.Post(b.directory+"/"+kind, "application/json", bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return answer{}, fmt.Errorf("directory answered %s", response.Status)
	}
	var found answer
	return found, json.NewDecoder(response.Body).Decode(&found)
}

// rewrite changes the addresses of one xDS resource in place; a kind without addresses stays as it is.
func (b *addressBook) rewrite(resource *anypb.Any) error {
	var message proto.Message
	var change func() error
	switch resource.GetTypeUrl() {
	case "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment":
		assignment := &endpoint.ClusterLoadAssignment{}
		message, change = assignment, func() error { return b.endpoints(assignment) }
	case "type.googleapis.com/envoy.config.cluster.v3.Cluster":
		upstream := &cluster.Cluster{}
		message, change = upstream, func() error { return b.cluster(upstream) }
	case "type.googleapis.com/envoy.config.listener.v3.Listener":
		bound := &listener.Listener{}
		message, change = bound, func() error { return b.listener(bound) }
	default:
		return nil
	}
	if err := resource.UnmarshalTo(message); err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	return resource.MarshalFrom(message)
}

func (b *addressBook) endpoints(assignment *endpoint.ClusterLoadAssignment) error {
	for _, locality := range assignment.GetEndpoints() {
		for _, one := range locality.GetLbEndpoints() {
			if err := b.endpoint(one); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *addressBook) endpoint(one *endpoint.LbEndpoint) error {
	socket := one.GetEndpoint().GetAddress().GetSocketAddress()
	if socket == nil || isLoopback(socket.GetAddress()) {
		return nil
	}
	found, err := b.ask("endpoint", map[string]any{"address": socket.GetAddress(), "port": socket.GetPortValue()})
	if err != nil || found.Port == 0 {
		return err
	}
	point(socket, found.Port)
	if !found.Sidecar {
		delete(one.GetMetadata().GetFilterMetadata(), transportSocketMatch)
	}
	return nil
}

// isLoopback is true for what a user means this machine by: nothing plays it but itself.
func isLoopback(address string) bool {
	ip := net.ParseIP(address)
	return address == "localhost" || (ip != nil && ip.IsLoopback())
}

func point(socket *core.SocketAddress, port uint32) {
	socket.Address = loopback
	socket.PortSpecifier = &core.SocketAddress_PortValue{PortValue: port}
}
