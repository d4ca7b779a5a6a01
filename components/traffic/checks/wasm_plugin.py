"""Checks of WasmPlugin."""

import re
from collections.abc import Iterator

from components.kinds.node import Node
from components.kinds.resource import Resource
from components.settings.problems import Problem
from components.settings.wording import shown
from components.traffic.checks.policy_targets import policy_target_problems

_SCHEMES = ("oci", "https", "http", "file")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BROKEN = re.compile(r"[\x00-\x20\x7f]|%(?![0-9A-Fa-f]{2})")
_DIGEST = re.compile(r"@sha256:([a-f0-9]{64})$")


def wasm_plugin_problems(resource: Resource) -> Iterator[Problem]:
    """A WasmPlugin that Istio refuses, or whose module it could not take.

    Source: ValidateWasmPlugin of Istio's pkg/config/validation/validation.go.
    """
    spec = resource.spec
    yield from policy_target_problems(spec)
    yield from wasm_url_problems(spec.at("url"))
    yield from sha256_problems(spec)
    yield from vm_environment_problems(spec.at("vmConfig", "env"))


def wasm_url_problems(url: Node) -> Iterator[Problem]:
    """Where a module comes from: an OCI image, with or without `oci://`, or a URL of http, https or file.

    Source: validateWasmPluginURL and strictParseURL of Istio's pkg/config/validation/validation.go. What stands before
    the first colon is the scheme, so that a registry with a port needs `oci://`.
    """
    text = url.text
    if text is None:
        return
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in _SCHEMES:
        yield url.problem(
            f"{shown(text)} has the scheme '{scheme[1]}', and Istio knows only {', '.join(_SCHEMES)}",
            "Begin with one of them; a registry with a port needs oci:// before it",
        )
    elif _BROKEN.search(text):
        yield url.problem(f"{shown(text)} is not a URL", "Write spaces and other signs as %XX")


def sha256_problems(spec: Node) -> Iterator[Problem]:
    """A checksum that is another one than the image's own; that it is one is in the shape.

    Source: the reference of WasmPlugin (istio.io/latest/docs/reference/config/proxy_extensions/wasm-plugin).
    """
    sha256, digest = spec.at("sha256"), _DIGEST.search(spec.at("url").text or "")
    if sha256.text and digest and digest[1] != sha256.text:
        yield sha256.problem("is not the digest that url ends with", "Remove it: the digest in the URL is enough")


def vm_environment_problems(variables: Node) -> Iterator[Problem]:
    """Variables with a value that is said to come from the host.

    Source: validateWasmPluginVMConfig of Istio's pkg/config/validation/validation.go.
    """
    for variable in variables:
        if variable.at("valueFrom").text == "HOST" and variable.has("value"):
            yield variable.at("value").problem(
                "is given, but valueFrom HOST takes the value from the proxy", "Remove it, or use `valueFrom: INLINE`"
            )
