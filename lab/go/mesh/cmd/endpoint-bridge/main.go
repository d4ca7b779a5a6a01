// Command endpoint-bridge lets an Envoy of the lab reach pods that have no network of their own.
//
// It stands between Envoy and pilot-agent, passes the delta xDS stream through, and changes two things only. Socket
// addresses: an endpoint's pod address becomes the loopback address of the process that plays the pod, a listener's wildcard
// address becomes a loopback address. And filters that only Istio's own build of Envoy has are left out. Everything else
// that Envoy gets (routes, clusters, subsets, TLS) is what istiod sent.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// maxMessage is generous: a push of a large mesh exceeds gRPC's default of 4 MiB.
const maxMessage = 256 << 20

func main() {
	downstream := flag.String("listen", "", "unix socket on which Envoy is served")
	upstream := flag.String("upstream", "", "unix socket of pilot-agent")
	directory := flag.String("directory", "", "URL of the lab's address directory")
	proxy := flag.String("proxy", "", "NAMESPACE/NAME of the proxy whose listeners these are")
	flag.Parse()
	if err := run(*downstream, *upstream, newAddressBook(*directory, *proxy)); err != nil {
		fmt.Fprintln(os.Stderr, "endpoint-bridge:", err)
		os.Exit(1)
	}
}

func run(downstream, upstream string, book *addressBook) error {
	if err := os.Remove(downstream); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	socket, err := net.Listen("unix", downstream)
	if err != nil {
		return err
	}
	conn, err := grpc.NewClient("unix:"+upstream,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.WaitForReady(true),
			grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage)))
	if err != nil {
		return err
	}
	defer conn.Close()
	server := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessage), grpc.MaxSendMsgSize(maxMessage))
	discovery.RegisterAggregatedDiscoveryServiceServer(server, &bridge{
		upstream: discovery.NewAggregatedDiscoveryServiceClient(conn), book: book,
	})
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	go func() { <-stop; server.Stop() }()
	return server.Serve(socket)
}

type bridge struct {
	discovery.UnimplementedAggregatedDiscoveryServiceServer
	upstream discovery.AggregatedDiscoveryServiceClient
	book     *addressBook
}

// DeltaAggregatedResources copies requests up as they are and responses down with their addresses rewritten.
func (b *bridge) DeltaAggregatedResources(down discovery.AggregatedDiscoveryService_DeltaAggregatedResourcesServer) error {
	up, err := b.upstream.DeltaAggregatedResources(down.Context())
	if err != nil {
		return err
	}
	go func() {
		defer func() { _ = up.CloseSend() }()
		for {
			request, err := down.Recv()
			if err != nil || up.Send(request) != nil {
				return
			}
		}
	}()
	for {
		response, err := up.Recv()
		if err != nil {
			return err
		}
		for _, resource := range response.Resources {
			if err := b.book.rewrite(resource.Resource); err != nil {
				log.Printf("%s: left as istiod sent it: %v", resource.Name, err)
			}
		}
		if err := down.Send(response); err != nil {
			return err
		}
	}
}
