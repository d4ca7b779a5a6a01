"""What of each example has to be in the cluster once it is deployed."""

from typing import Any

ISTIOD = "--namespace=istio-system deployment/istiod"
INGRESS = "--namespace=istio-ingress"
RESOURCES = "{.spec.template.spec.containers[0].resources"
ENV = "{.spec.template.spec.containers[0].env[?(@.name=='PILOT_"
MESH_CONFIG = "--namespace=istio-system configmap/istio {.data.mesh}"
INJECTED = "--namespace=istio-system configmap/istio-sidecar-injector {.data.values}"
NLB = "{.metadata.annotations.service\\.beta\\.kubernetes\\.io/aws-load-balancer"

# Without what prometheus-operator adds, where an earlier test has it run on the same lab.
NOT_OPERATED = "--selector=!operated-prometheus,!operated-alertmanager"
# Example of an installation -> kubectl's query -> what it answers.
INSTALLED: dict[str, dict[str, str]] = {
    "demo": {
        f"{ISTIOD} {RESOURCES}.requests.memory}}": "100Mi",
        "--namespace=istio-egress service/egressgateway {.spec.type}": "ClusterIP",
        f"{INGRESS} service/ingressgateway {{.spec.type}}": "LoadBalancer",
        "--namespace=bookinfo deployment/reviews-v3 {.status.readyReplicas}": "1",
        "--namespace=istio-system peerauthentication/default {.spec.mtls.mode}": "PERMISSIVE",
    },
    "custom": {
        f"{ISTIOD} {RESOURCES}.requests.memory}}": "256Mi",
        f"{ISTIOD} {RESOURCES}.requests.cpu}}": "100m",
        f"{ISTIOD} {RESOURCES}.limits}}": '{"cpu":"500m","memory":"1Gi"}',
        "--namespace=istio-system horizontalpodautoscaler/istiod {.spec.minReplicas}-{.spec.maxReplicas}": "1-3",
        f"{INGRESS} deployment/ingressgateway {RESOURCES}.limits}}": '{"cpu":"500m","memory":"512Mi"}',
        f"{INGRESS} service/ingressgateway {{.spec.ports[?(@.name=='http2')].targetPort}}": "8080",
    },
    "production": {
        f"{ISTIOD} {RESOURCES}.limits.memory}}": "4Gi",
        "--namespace=istio-system horizontalpodautoscaler/istiod {.spec.minReplicas}-{.spec.maxReplicas}": "2-5",
        f"{INGRESS} horizontalpodautoscaler/ingressgateway {{.spec.minReplicas}}-{{.spec.maxReplicas}}": "2-10",
        f"{INGRESS} poddisruptionbudget/ingressgateway {{.spec.minAvailable}}": "1",
        f"{INGRESS} deployment/ingressgateway {RESOURCES}.limits.memory}}": "1Gi",
        f"{INGRESS} deployment/ingressgateway {RESOURCES}.requests}}": '{"cpu":"500m","memory":"512Mi"}',
        f"{INGRESS} deployment/ingressgateway {{.spec.template.spec.topologySpreadConstraints[0].whenUnsatisfiable}}": (
            "DoNotSchedule"
        ),
        f"{ISTIOD} {ENV}PUSH_THROTTLE')].value}}": "100",
        f"{ISTIOD} {ENV}DEBOUNCE_AFTER')].value}}": "100ms",
        f"{ISTIOD} {ENV}DEBOUNCE_MAX')].value}}": "1s",
        f"{INGRESS} gateway.networking.istio.io/ingressgateway {{.spec.servers[*].tls.credentialName}}": (
            "production-tls-cert"
        ),
        f"{INGRESS} service/ingressgateway {NLB}-type}}": "nlb",
        f"{INGRESS} service/ingressgateway {NLB}-scheme}}": "internet-facing",
        "--namespace=istio-system peerauthentication/default {.spec.mtls.mode}": "STRICT",
    },
    "observability": {
        "--namespace=observability prometheus {.items[0].spec.retention}": "1d",
        "--namespace=observability deployment {.items[*].status.readyReplicas}": "1 1 1 1",
        f"--namespace=observability {NOT_OPERATED} service {{.items[*].metadata.name}}": (
            "grafana jaeger kiali kube-prometheus-stack-alertmanager kube-prometheus-stack-operator "
            "kube-prometheus-stack-prometheus"
        ),
        "--namespace=observability secret/grafana-admin {.data.admin-user}": "YWRtaW4=",
    },
    "nodeport": {
        f"{INGRESS} service/ingressgateway {{.spec.type}}": "NodePort",
        f"{INGRESS} service/ingressgateway {{.spec.ports[?(@.name=='http2')].nodePort}}": "30080",
        f"{INGRESS} service/ingressgateway {{.spec.ports[?(@.name=='status-port')].port}}": "15021",
    },
}

# Example -> kubectl's query for a text in YAML or JSON -> the path of a value in it -> the value.
WRITTEN: dict[str, dict[str, dict[str, Any]]] = {
    "custom": {
        MESH_CONFIG: {
            "accessLogFile": "/dev/stdout",
            "accessLogEncoding": "TEXT",
            "accessLogFormat": (
                '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%"\n'
                "%RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT%\n"
                '%DURATION% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%"\n'
                '"%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"\n'
            ),
            "outboundTrafficPolicy.mode": "ALLOW_ANY",
            "protocolDetectionTimeout": "100ms",
            "defaultConfig.concurrency": 2,
        },
        INJECTED: {
            "global.proxy.includeIPRanges": "10.0.0.0/8",
            "global.proxy.lifecycle.preStop.exec.command": ["/bin/sh", "-c", "sleep 5"],
        },
    },
    "production": {
        INJECTED: {
            "global.proxy.resources": {
                "requests": {"cpu": "50m", "memory": "64Mi"},
                "limits": {"cpu": "500m", "memory": "256Mi"},
            },
            "global.proxy.logLevel": "warning",
        },
        MESH_CONFIG: {"accessLogFile": "/dev/stdout", "accessLogEncoding": "JSON"},
    },
}

# Example of traffic or security -> the same. One stack becomes one after the other: the mesh stays, its objects change.
CONFIGURED: dict[str, dict[str, str]] = {
    "raw": {
        "--namespace=production gateway.networking.istio.io/api-gateway {.spec.servers[0].tls}": (
            '{"credentialName":"api-tls-cert","mode":"SIMPLE"}'
        ),
        # Without the right to read the Secret, istiod would not give it to the gateway.
        f"{INGRESS} role/ingressgateway {{.rules[*].resources}}": '["secrets"]',
        f"{INGRESS} service/ingressgateway {{.spec.ports[?(@.name=='https')].port}}": "443",
        "--namespace=production virtualservice/api-server {.spec.http[1].route[*].weight}": "90 10",
        "--namespace=production telemetry/tags {.spec.tracing[0].customTags.user\\.id.header.name}": "x-user-id",
    },
    "canary": {
        "--namespace=shop virtualservice/myapp {..route[?(@.destination.subset=='canary')].weight}": "10",
        "--namespace=shop virtualservice/reviews {..route[?(@.destination.subset=='v2')].weight}": "20",
    },
    "mirror": {"--namespace=shop virtualservice/api-server {.spec.http[0].mirrors[0].destination.subset}": "v2"},
    "resilience": {
        "--namespace=shop virtualservice/ratings {.spec.http[0].retries.perTryTimeout}": "2s",
        "--namespace=shop destinationrule/reviews {.spec.trafficPolicy.outlierDetection.minHealthPercent}": "30",
        "--namespace=shop destinationrule/api-server {.spec.subsets[1].trafficPolicy.loadBalancer.simple}": (
            "LEAST_REQUEST"
        ),
    },
    "routing": {
        "--namespace=istio-ingress gateway.networking.istio.io/ingressgateway {.spec.servers[*].port.number}": (
            "80 443 80"
        ),
        "--namespace=bookinfo virtualservice/reviews {.spec.http[*].route[*].destination.subset}": "v2 v2 v1 v2 v3",
    },
    "gateway-api": {
        "--namespace=shop service/api-service-v2 {.spec.selector.version}": "v2",
        # Of the service: by its Service within the mesh, and by the ingress gateway. Of the shop: by its own gateway.
        "--namespace=shop httproute {..parents[*].conditions[?(@.type=='Accepted')].status}": "True True True",
        "--namespace=shop gateway.gateway.networking.k8s.io/shop-gateway "
        "{.status.conditions[?(@.type=='Programmed')].status}": "True",
        "--namespace=shop gateway.gateway.networking.k8s.io/shop-gateway "
        "{.status.listeners[0].conditions[?(@.type=='ResolvedRefs')].status}": "True",
        "--namespace=shop service/shop-gateway-istio {.spec.type} {.spec.ports[?(@.name=='https')].port}": (
            "LoadBalancer 443"
        ),
    },
    "tracing": {
        "--namespace=istio-system telemetry/mesh-default {.spec.tracing[0].randomSamplingPercentage}": "100",
        "--namespace=istio-system telemetry/mesh-default {..customTags.user\\.id.header.name}": "x-user-id",
        "--namespace=istio-ingress telemetry/namespace-default {.spec.accessLogging[0].filter.expression}": "true",
        "--namespace=shop telemetry/inventory {.spec.tracing[0].randomSamplingPercentage}": "5",
    },
    "calls": {
        "--namespace=team-b sidecar/payment-service {.spec.egress[0].hosts}": '["istio-system/*"]',
        "--namespace=team-a destinationrule/partner {.spec.subsets[0].trafficPolicy.tls.sni}": "partner.example.com",
    },
    "mtls": {
        "--namespace=istio-system peerauthentication/default {.spec.mtls.mode}": "STRICT",
        "--namespace=staging peerauthentication/default {.spec.mtls.mode}": "PERMISSIVE",
        "--namespace=production peerauthentication/database-mtls {.spec.portLevelMtls.9090.mode}": "DISABLE",
    },
    "authorization": {
        "--namespace=production authorizationpolicy/api-access {.spec.rules[0].to[0].operation.paths[0]}": "/api/*",
        "--namespace=shop authorizationpolicy/orders-callers {.spec.rules[0]}": (
            '{"from":[{"source":{"principals":["cluster.local/ns/shop/sa/frontend"]}}],'
            '"to":[{"operation":{"methods":["GET","POST"],"paths":["/api/*"]}}]}'
        ),
        "--namespace=shop authorizationpolicy/no-admin {.spec.action}": "DENY",
    },
    "default-deny": {
        "--namespace=shop authorizationpolicy {.items[*].metadata.name}": (
            "allow-nothing exception-nightly-export ledger-callers orders-callers web-callers"
        ),
        "--namespace=warehouse authorizationpolicy {.items[*].metadata.name}": (
            "allow-nothing-dry-run stock-callers-dry-run"
        ),
        "--namespace=warehouse authorizationpolicy {.items[*].metadata.annotations.istio\\.io/dry-run}": "true true",
        "--namespace=shop authorizationpolicy/exception-nightly-export {.metadata.annotations.istio-mesh/until}": (
            "2099-12-31"
        ),
    },
    "jwt": {
        "--namespace=istio-ingress requestauthentication/login {.spec.jwtRules[0].issuer}": "https://login.example.com",
        "--namespace=istio-ingress authorizationpolicy/login-required {.spec.rules[0].to[0].operation.hosts}": (
            '["shop.example.com","shop.example.com:*"]'
        ),
        "--namespace=istio-ingress virtualservice {.items[*].spec.http[0].route[0].destination.subset}": "v2",
    },
}
