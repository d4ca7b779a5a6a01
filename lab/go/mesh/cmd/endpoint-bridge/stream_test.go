package main

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
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

// connected is Envoy's end of the bridge; at the other one, pilot-agent sends a resource.
func connected(t *testing.T, book *addressBook, resource *discovery.Resource) discovery.AggregatedDiscoveryService_DeltaAggregatedResourcesClient {
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
	return stream
}

// received is what Envoy gets through the bridge of a resource that pilot-agent sends.
func received(t *testing.T, book *addressBook, resource *discovery.Resource) *discovery.DeltaDiscoveryResponse {
	t.Helper()
	stream := connected(t, book, resource)
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
	response := received(t, newAddressBook(gone.URL, "ns/gateway", ownPod), sent)
	if !proto.Equal(response.GetResources()[0], sent) {
		t.Errorf("half-rewritten endpoints lead nowhere: %v", response.GetResources()[0])
	}
	if got := logged.String(); !strings.Contains(got, "reviews: left as istiod sent it: ") || !strings.Contains(got, "connection refused") {
		t.Errorf("the log must name the resource and the reason: %q", got)
	}
}

func TestTheStreamEndsWhenASidecarComes(t *testing.T) {
	sidecars := &atomic.Value{}
	sidecars.Store("")
	asked := make(chan struct{}, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"sidecars": %q}`, sidecars.Load())
		asked <- struct{}{}
	}))
	t.Cleanup(server.Close)
	stream := connected(t, newAddressBook(server.URL, "ns/gateway", ownPod), &discovery.Resource{})
	ended := make(chan error, 1)
	go func() {
		_, err := stream.Recv()
		ended <- err
	}()
	for range 2 {
		select {
		case <-asked:
		case err := <-ended:
			t.Fatalf("as long as nothing changes, Envoy keeps its stream: %v", err)
		}
	}
	sidecars.Store("shop/cart@10.244.0.5")
	if err := <-ended; status.Code(err) != codes.Unavailable {
		t.Errorf("Envoy must ask again, or it goes on sending past the sidecar: %v", err)
	}
}

func TestADirectoryThatDoesNotAnswerIsAskedAgain(t *testing.T) {
	asked := make(chan struct{}, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "not yet", http.StatusBadGateway)
		asked <- struct{}{}
	}))
	t.Cleanup(server.Close)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go newAddressBook(server.URL, "ns/gateway", ownPod).awaitSidecars(ctx, func() { t.Error("an error is no change") })
	for range 2 {
		select {
		case <-asked:
		case <-time.After(20 * time.Second):
			t.Fatal("the agent may be started anew")
		}
	}
}
