package main

import (
	"bytes"
	"context"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
)

// agent stands for pilot-agent: it answers every request with one resource, under the nonce of the request's type.
type agent struct {
	discovery.UnimplementedAggregatedDiscoveryServiceServer
	resource *discovery.Resource
}

func (a *agent) DeltaAggregatedResources(stream discovery.AggregatedDiscoveryService_DeltaAggregatedResourcesServer) error {
	for {
		request, err := stream.Recv()
		if err != nil {
			return err
		}
		answer := &discovery.DeltaDiscoveryResponse{TypeUrl: request.GetTypeUrl(), Nonce: "for-" + request.GetTypeUrl()}
		answer.Resources = []*discovery.Resource{proto.Clone(a.resource).(*discovery.Resource)}
		if err := stream.Send(answer); err != nil {
			return err
		}
	}
}

// journal is a log that a test may read while it is written.
type journal struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (j *journal) Write(line []byte) (int, error) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return j.text.Write(line)
}

func (j *journal) String() string {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return j.text.String()
}

// received is what Envoy gets through the bridge of a resource that pilot-agent sends.
func received(t *testing.T, book *addressBook, resource *discovery.Resource) *discovery.DeltaDiscoveryResponse {
	t.Helper()
	folder := t.TempDir()
	upstream, downstream := filepath.Join(folder, "up"), filepath.Join(folder, "down")
	socket, err := net.Listen("unix", upstream)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	discovery.RegisterAggregatedDiscoveryServiceServer(server, &agent{resource: resource})
	go func() { _ = server.Serve(socket) }()
	t.Cleanup(server.Stop)
	go func() { _ = run(downstream, upstream, book) }() // It serves until the process ends.

	conn, err := grpc.NewClient("unix:"+downstream,
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultCallOptions(grpc.WaitForReady(true)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	stream, err := discovery.NewAggregatedDiscoveryServiceClient(conn).DeltaAggregatedResources(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&discovery.DeltaDiscoveryRequest{TypeUrl: "eds"}); err != nil {
		t.Fatal(err)
	}
	response, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func TestAPushGoesThroughTheBridgeWithItsAddressesRewritten(t *testing.T) {
	response := received(t, directory(t), &discovery.Resource{Name: "reviews", Version: "7", Resource: packed(t, assignment(plainPod))})
	if response.GetTypeUrl() != "eds" || response.GetNonce() != "for-eds" || response.GetResources()[0].GetVersion() != "7" {
		t.Errorf("request and answer are handed on as they are: %v", response)
	}
	after := &endpoint.ClusterLoadAssignment{}
	if err := response.GetResources()[0].GetResource().UnmarshalTo(after); err != nil {
		t.Fatal(err)
	}
	if got := shown(after.GetEndpoints()[0].GetLbEndpoints()[0].GetEndpoint().GetAddress()); got != "127.0.0.1:30080" {
		t.Errorf("what reaches Envoy must lead to loopback: %s", got)
	}
}

func TestWithoutTheDirectoryAResourceIsLeftAsItIsAndTheErrorLogged(t *testing.T) {
	logged := &journal{}
	log.SetOutput(logged)
	defer log.SetOutput(os.Stderr)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close() // Nobody listens there any more.
	sent := &discovery.Resource{Name: "reviews", Resource: packed(t, assignment(plainPod))}
	response := received(t, newAddressBook(gone.URL, "ns/gateway"), sent)
	if !proto.Equal(response.GetResources()[0], sent) {
		t.Errorf("half-rewritten endpoints lead nowhere: %v", response.GetResources()[0])
	}
	if got := logged.String(); !strings.Contains(got, "reviews: left as istiod sent it: ") || !strings.Contains(got, "connection refused") {
		t.Errorf("the log must name the resource and the reason: %q", got)
	}
}
