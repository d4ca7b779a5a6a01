module istiomesh/lab/charts-oldest

go 1.26

// Istio 1.28.3. Only its charts are copied, nothing imports it, so `go mod tidy` would drop it. To change it, write
// the version here and run `go mod download istio.io/istio`.
require istio.io/istio v0.0.0-20260114100434-4c1f845d839e
