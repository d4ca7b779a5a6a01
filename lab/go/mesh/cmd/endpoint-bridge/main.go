// Command endpoint-bridge lets an Envoy of the lab reach pods that have no network of their own.
//
// It stands between Envoy and pilot-agent, passes the delta xDS stream through, and changes five things only. Socket
// addresses: an endpoint's pod address becomes the loopback address of the process that plays the pod, a listener's address
// becomes a loopback address. What relies on a pod's iptables rules: listeners that wait for redirected connections are bound
// to ports of their own, and clusters that send to where a connection was going before get an endpoint. Filters that only
// Istio's own build of Envoy has are left out. The certificate authorities of the system are those of the stand-ins, which play
// the world outside. And each request is written to a file, of which the agent makes Istio's metrics. Everything else that
// Envoy gets (routes, subsets, TLS, who may call whom) is what istiod sent.
package main

import (
	"errors"
	"flag"
	"fmt"
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
	pod := flag.String("pod", "", "address of the proxy's pod")
	authorities := flag.String("authorities", "", "file with the authorities that play those of the system")
	flag.Parse()
	book := newAddressBook(*directory, *proxy, *pod)
	book.authorities = *authorities
	if err := run(*downstream, *upstream, book); err != nil {
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
