package main

import (
	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/types/known/anypb"
)

const (
	// fileRoot begins the name of a secret that pilot-agent reads from a file (istio.io/istio, pkg/security).
	fileRoot = "file-root:"
	// systemRoots is the secret with the certificate authorities that the proxy's image brings along.
	systemRoots   = fileRoot + "system"
	tlsToUpstream = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext"
)

// trustStandIns has a cluster that trusts the authorities of the system trust that of the stand-ins, which play the world outside.
func (b *addressBook) trustStandIns(upstream *cluster.Cluster) error {
	sockets := []*core.TransportSocket{upstream.GetTransportSocket()}
	for _, match := range upstream.GetTransportSocketMatches() {
		sockets = append(sockets, match.GetTransportSocket())
	}
	for _, socket := range sockets {
		if err := b.trustWithin(socket.GetTypedConfig()); err != nil {
			return err
		}
	}
	return nil
}

func (b *addressBook) trustWithin(config *anypb.Any) error {
	if b.authorities == "" || config.GetTypeUrl() != tlsToUpstream {
		return nil
	}
	settings := &tls.UpstreamTlsContext{}
	if err := config.UnmarshalTo(settings); err != nil {
		return err
	}
	roots := settings.GetCommonTlsContext().GetCombinedValidationContext().GetValidationContextSdsSecretConfig()
	if roots.GetName() != systemRoots {
		return nil
	}
	roots.Name = fileRoot + b.authorities
	return config.MarshalFrom(settings)
}
