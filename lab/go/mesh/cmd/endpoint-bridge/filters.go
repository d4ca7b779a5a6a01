package main

import (
	"slices"

	xds "github.com/cncf/xds/go/xds/type/v3"
	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/types/known/anypb"
)

const httpConnectionManager = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"

// istioOnly are the filters that exist in Istio's build of Envoy and not in upstream's, which is the one that the lab runs.
// Without them a proxy routes, balances and secures the same; it makes no istio_* metrics, which the agent makes instead.
var istioOnly = []string{
	"type.googleapis.com/stats.PluginConfig",
	"type.googleapis.com/istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig",
	"type.googleapis.com/io.istio.http.peer_metadata.Config",
	"type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange",
}

// isIstioOnly also looks into a TypedStruct, the form in which istiod sends filters that Envoy's API does not know.
func isIstioOnly(config *anypb.Any) bool {
	if slices.Contains(istioOnly, config.GetTypeUrl()) {
		return true
	}
	return slices.Contains(istioOnly, typedStructURL(config))
}

func typedStructURL(config *anypb.Any) string {
	wrapped := &xds.TypedStruct{}
	if config == nil || config.UnmarshalTo(wrapped) != nil {
		return ""
	}
	return wrapped.GetTypeUrl()
}

func adaptListenerFilters(bound *listener.Listener) error {
	chains := bound.GetFilterChains()
	if fallback := bound.GetDefaultFilterChain(); fallback != nil {
		chains = append(slices.Clone(chains), fallback)
	}
	for _, chain := range chains {
		chain.Filters = slices.DeleteFunc(chain.Filters, func(filter *listener.Filter) bool {
			return isIstioOnly(filter.GetTypedConfig())
		})
		for _, filter := range chain.Filters {
			if err := adaptHTTP(filter.GetTypedConfig(), reporter(bound)); err != nil {
				return err
			}
		}
	}
	return nil
}

func adaptHTTP(config *anypb.Any, reporter string) error {
	if config.GetTypeUrl() != httpConnectionManager {
		return nil
	}
	manager := &hcm.HttpConnectionManager{}
	if err := config.UnmarshalTo(manager); err != nil {
		return err
	}
	manager.HttpFilters = slices.DeleteFunc(manager.HttpFilters, func(filter *hcm.HttpFilter) bool {
		return isIstioOnly(filter.GetTypedConfig())
	})
	if reporter != "" {
		if err := logRequests(manager, reporter); err != nil {
			return err
		}
	}
	return config.MarshalFrom(manager)
}

func dropClusterFilters(upstream *cluster.Cluster) {
	upstream.Filters = slices.DeleteFunc(upstream.Filters, func(filter *cluster.Filter) bool {
		return isIstioOnly(filter.GetTypedConfig())
	})
}
