"""The objects of Istio, Gateway API and Kubernetes whose effect the tests of sidecars look at."""

STRICT = """
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: strict, namespace: bookinfo}
spec: {mtls: {mode: STRICT}}
"""
ONLY_PRODUCTPAGE = """
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: only-productpage, namespace: bookinfo}
spec:
  selector: {matchLabels: {app: details}}
  rules:
    - from: [{source: {principals: [cluster.local/ns/bookinfo/sa/bookinfo-productpage]}}]
      to: [{operation: {ports: ["9080"], paths: ["/details/*"]}}]
"""
RETRIES = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ratings, namespace: bookinfo}
spec:
  hosts: [ratings]
  http:
    - route: [{destination: {host: ratings}}]
      retries: {attempts: 2, retryOn: 5xx}
"""
ONE_AT_A_TIME = """
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ratings, namespace: bookinfo}
spec:
  host: ratings
  trafficPolicy: {connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}}}
"""
OUTSIDE = """
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: outside, namespace: bookinfo}
spec:
  hosts: [api.example.com]
  ports: [{number: 8765, name: http, protocol: HTTP}]
  resolution: DNS
"""
ORIGINATION = """
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {{name: outside, namespace: bookinfo}}
spec:
  host: api.example.com
  trafficPolicy: {{tls: {{mode: SIMPLE, sni: api.example.com, caCertificates: {authority}}}}}
"""
DATABASE = """
apiVersion: v1
kind: Service
metadata: {name: database, namespace: bookinfo}
spec:
  selector: {app: ratings}
  ports: [{name: tcp-database, port: 3306}]
"""
ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: details, namespace: bookinfo}
spec:
  parentRefs: [{group: "", kind: Service, name: details, port: 9080}]
  rules:
    - filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-route, value: gateway-api}]}}]
      backendRefs: [{name: details, port: 9080}]
"""
