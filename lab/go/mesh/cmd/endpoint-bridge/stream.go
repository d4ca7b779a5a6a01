package main

import (
	"context"
	"log"
	"time"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// lookAgain is how long it takes at most until an Envoy notices a sidecar that came or went.
const lookAgain = 300 * time.Millisecond

type bridge struct {
	discovery.UnimplementedAggregatedDiscoveryServiceServer
	upstream discovery.AggregatedDiscoveryServiceClient
	book     *addressBook
}

// DeltaAggregatedResources copies requests up as they are and responses down with their addresses rewritten.
//
// It ends when a sidecar of the lab comes or goes, because endpoints then have another address: Envoy connects again, and
// istiod answers a new stream with everything.
func (b *bridge) DeltaAggregatedResources(down discovery.AggregatedDiscoveryService_DeltaAggregatedResourcesServer) error {
	ctx, cancel := context.WithCancel(down.Context())
	defer cancel()
	up, err := b.upstream.DeltaAggregatedResources(ctx)
	if err != nil {
		return err
	}
	go b.book.awaitSidecars(ctx, cancel)
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
		if err != nil && ctx.Err() != nil && down.Context().Err() == nil {
			return status.Error(codes.Unavailable, "a sidecar of the lab came or went")
		}
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

// awaitSidecars calls changed once other sidecars run than when it was called. A directory that does not answer is asked
// again: whoever starts it may have restarted it.
func (b *addressBook) awaitSidecars(ctx context.Context, changed func()) {
	first, known := answer{}, false
	for {
		found, err := b.ask("sidecars", map[string]any{"proxy": b.proxy})
		if err == nil && known && found.Sidecars != first.Sidecars {
			changed()
			return
		}
		if err == nil && !known {
			first, known = found, true
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(lookAgain):
		}
	}
}
