package main

import (
	accesslog "github.com/envoyproxy/go-control-plane/envoy/config/accesslog/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	file "github.com/envoyproxy/go-control-plane/envoy/extensions/access_loggers/file/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// requestsFile is where an Envoy of the lab writes one line of JSON for each request, in the folder of its data plane. The
// agent reads it and makes of it what Istio's own metrics filter, which upstream's Envoy lacks, counts. The access log of the
// mesh is something else and stays as it is.
const requestsFile = "requests.jsonl"

// requestFields are the fields of a line, in the words of lab/agent/metrics/requests.py. The command operators are of
// https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage; istiod tells which workload an
// endpoint is, and which services a cluster has, in metadata (istio.io/istio, pilot/pkg/networking/util,
// AppendLbEndpointMetadata, and pilot/pkg/networking/core/cluster_builder.go, istioMetadata.services).
var requestFields = map[string]string{
	"authority":         "%REQ(:AUTHORITY)%",
	"cluster":           "%UPSTREAM_CLUSTER_RAW%",
	"code":              "%RESPONSE_CODE%",
	"content_type":      "%REQ(CONTENT-TYPE)%",
	"duration":          "%DURATION%",
	"flags":             "%RESPONSE_FLAGS%",
	"grpc_status":       "%GRPC_STATUS_NUMBER%",
	"local_principal":   "%DOWNSTREAM_LOCAL_URI_SAN%",
	"own_principal":     "%UPSTREAM_LOCAL_URI_SAN%",
	"peer_principal":    "%DOWNSTREAM_PEER_URI_SAN%",
	"remote":            "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%",
	"request_body":      "%BYTES_RECEIVED%",
	"request_headers":   "%DOWNSTREAM_HEADER_BYTES_RECEIVED%",
	"response_body":     "%BYTES_SENT%",
	"response_headers":  "%DOWNSTREAM_HEADER_BYTES_SENT%",
	"sent_from":         "%UPSTREAM_LOCAL_ADDRESS%",
	"services":          "%CLUSTER_METADATA(istio:services)%",
	"upstream_workload": "%UPSTREAM_METADATA(istio:workload)%",
	"upstream_peer":     "%UPSTREAM_PEER_URI_SAN%",
}

// reporter is who tells of the requests of a listener, as in Istio's label: its own side of the connection. Listeners of a
// gateway are outbound ones. It is empty for a listener that is for neither.
func reporter(bound *listener.Listener) string {
	switch bound.GetTrafficDirection() {
	case core.TrafficDirection_INBOUND:
		return "destination"
	case core.TrafficDirection_OUTBOUND:
		return "source"
	default:
		return ""
	}
}

func logRequests(manager *hcm.HttpConnectionManager, reporter string) error {
	fields := map[string]*structpb.Value{"reporter": structpb.NewStringValue(reporter)}
	for name, operator := range requestFields {
		fields[name] = structpb.NewStringValue(operator)
	}
	config, err := anypb.New(&file.FileAccessLog{
		Path: requestsFile,
		AccessLogFormat: &file.FileAccessLog_LogFormat{LogFormat: &core.SubstitutionFormatString{
			Format: &core.SubstitutionFormatString_JsonFormat{JsonFormat: &structpb.Struct{Fields: fields}},
		}},
	})
	if err != nil {
		return err
	}
	manager.AccessLog = append(manager.AccessLog, &accesslog.AccessLog{
		Name: "lab.requests", ConfigType: &accesslog.AccessLog_TypedConfig{TypedConfig: config},
	})
	return nil
}
