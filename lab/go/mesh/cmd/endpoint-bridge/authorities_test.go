package main

import (
	"testing"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/types/known/anypb"
)

// verifying is a transport socket as istiod makes it for TLS whose other side is verified by a secret.
func verifying(t *testing.T, secret string) *core.TransportSocket {
	t.Helper()
	packed, err := anypb.New(&tls.UpstreamTlsContext{Sni: "api.example.com", CommonTlsContext: &tls.CommonTlsContext{
		ValidationContextType: &tls.CommonTlsContext_CombinedValidationContext{
			CombinedValidationContext: &tls.CommonTlsContext_CombinedCertificateValidationContext{
				ValidationContextSdsSecretConfig: &tls.SdsSecretConfig{Name: secret},
			},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return &core.TransportSocket{ConfigType: &core.TransportSocket_TypedConfig{TypedConfig: packed}}
}

func secretOf(t *testing.T, socket *core.TransportSocket) string {
	t.Helper()
	settings := &tls.UpstreamTlsContext{}
	if err := socket.GetTypedConfig().UnmarshalTo(settings); err != nil {
		t.Fatal(err)
	}
	if settings.GetSni() != "api.example.com" {
		t.Errorf("whom to ask for is istiod's to say: %v", settings)
	}
	return settings.GetCommonTlsContext().GetCombinedValidationContext().GetValidationContextSdsSecretConfig().GetName()
}

func TestTheAuthoritiesOfTheSystemAreThoseOfTheStandIns(t *testing.T) {
	book := directory(t)
	book.authorities = "/lab/stand-ins-ca.crt"
	after := rewritten(t, book, &cluster.Cluster{
		Name: "outbound|80||api.example.com", TransportSocket: verifying(t, "file-root:system"),
		TransportSocketMatches: []*cluster.Cluster_TransportSocketMatch{{Name: "tls", TransportSocket: verifying(t, "file-root:system")}},
	}, &cluster.Cluster{})
	for _, socket := range []*core.TransportSocket{after.GetTransportSocket(), after.GetTransportSocketMatches()[0].GetTransportSocket()} {
		if got := secretOf(t, socket); got != "file-root:/lab/stand-ins-ca.crt" {
			t.Errorf("nobody whom the machine's own authorities know answers in the lab: %s", got)
		}
	}
}

func TestAuthoritiesThatAreNotTheSystemsStay(t *testing.T) {
	book := directory(t)
	book.authorities = "/lab/stand-ins-ca.crt"
	for _, secret := range []string{"ROOTCA", "file-root:/etc/company.crt"} {
		after := rewritten(t, book, &cluster.Cluster{TransportSocket: verifying(t, secret)}, &cluster.Cluster{})
		if got := secretOf(t, after.GetTransportSocket()); got != secret {
			t.Errorf("who says whom to trust is taken at their word: %s became %s", secret, got)
		}
	}
}
