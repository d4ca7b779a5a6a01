package main

import (
	"testing"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	file "github.com/envoyproxy/go-control-plane/envoy/extensions/access_loggers/file/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
)

// logged is what the HTTP filters of a listener log after the rewrite, beside what istiod wanted logged before.
func logged(t *testing.T, direction core.TrafficDirection) []*file.FileAccessLog {
	t.Helper()
	manager := &hcm.HttpConnectionManager{StatPrefix: "any"}
	if err := logRequests(manager, "of istiod"); err != nil {
		t.Fatal(err)
	}
	chain := &listener.FilterChain{Filters: []*listener.Filter{
		{Name: "manager", ConfigType: &listener.Filter_TypedConfig{TypedConfig: packed(t, manager)}},
	}}
	before := &listener.Listener{Address: address(wildcard, 80), TrafficDirection: direction, FilterChains: []*listener.FilterChain{chain}}
	after := rewritten(t, directory(t), before, &listener.Listener{})
	kept := &hcm.HttpConnectionManager{}
	if err := after.GetFilterChains()[0].GetFilters()[0].GetTypedConfig().UnmarshalTo(kept); err != nil {
		t.Fatal(err)
	}
	var found []*file.FileAccessLog
	for _, one := range kept.GetAccessLog() {
		config := &file.FileAccessLog{}
		if err := one.GetTypedConfig().UnmarshalTo(config); err != nil {
			t.Fatal(err)
		}
		found = append(found, config)
	}
	return found
}

func TestRequestsAreWrittenDownByTheSideThatReportsThem(t *testing.T) {
	sides := map[core.TrafficDirection]string{
		core.TrafficDirection_INBOUND: "destination", core.TrafficDirection_OUTBOUND: "source",
	}
	for direction, side := range sides {
		logs := logged(t, direction)
		if len(logs) != 2 {
			t.Fatalf("%v: the mesh's own access log stays, and the lab's is added: %v", direction, logs)
		}
		fields := logs[1].GetLogFormat().GetJsonFormat().GetFields()
		if got := fields["reporter"].GetStringValue(); got != side || logs[1].GetPath() != requestsFile {
			t.Errorf("%v: reported by %q into %q", direction, got, logs[1].GetPath())
		}
		if len(fields) != len(requestFields)+1 {
			t.Errorf("%v: the agent needs every field: %v", direction, fields)
		}
	}
}

func TestAListenerForNeitherSideIsNotReported(t *testing.T) {
	if logs := logged(t, core.TrafficDirection_UNSPECIFIED); len(logs) != 1 {
		t.Errorf("Istio has no metrics of it: %v", logs)
	}
}
