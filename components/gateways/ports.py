"""Ports of Istio's proxies."""

STATUS_PORT = 15021
"""Readiness of every Envoy of Istio (istio.io/latest/docs/ops/deployment/application-requirements)."""

RESERVED_PORTS = (15000, 15004, 15006, 15008, 15020, STATUS_PORT, 15053, 15090)
"""Ports that Istio's proxies use themselves (istio.io/latest/docs/ops/deployment/application-requirements)."""
