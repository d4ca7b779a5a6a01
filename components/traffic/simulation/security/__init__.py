"""What policies of security decide about a request, at a gateway and at the workload that it is for."""
