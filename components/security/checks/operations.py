"""Checks of `to`: which requests a rule is for."""

from collections.abc import Iterator

from components.kinds.node import Node
from components.security.checks.addresses import destination_port_problems
from components.security.checks.lists import values_problems, wildcard_problems
from components.security.checks.path_templates import path_problems
from components.security.checks.sources import negated
from components.settings.problems import Problem
from components.settings.wording import shown

FIELDS = ("hosts", "ports", "methods", "paths")
"""The fields of an Operation; each has a negated one beside it."""


def to_problems(operations: Node) -> Iterator[Problem]:
    """Operations that Istio refuses, or in which a value can never be met.

    Source: ValidateAuthorizationPolicy of Istio's pkg/config/validation/validation.go.
    """
    if operations.given and not operations.items:
        yield operations.problem(
            "is empty, which is no condition and so takes every request (a rule of this project)",
            "Add an operation, or remove it",
        )
    for entry in operations:
        operation = entry.at("operation")
        if not operation.keys or all(not operation.at(key).items for key in operation.keys):
            yield operation.problem("names no requests", "Add methods, paths, hosts or ports, or remove the entry")
            continue
        for field in FIELDS:
            for name in (field, negated(field)):
                yield from _field_problems(operation.at(name), field)


def _field_problems(values: Node, field: str) -> Iterator[Problem]:
    yield from values_problems(values)
    if field in ("hosts", "methods"):
        yield from wildcard_problems(values)
    for one in values:
        if field == "ports":
            yield from destination_port_problems(one)
        elif field == "paths":
            yield from path_problems(one)
        elif field == "methods":
            yield from method_problems(one)
        elif field == "hosts":
            yield from host_problems(one)


def method_problems(method: Node) -> Iterator[Problem]:
    """A method in capitals: they are compared with their case (RFC 9110, 9.1). A rule of this project."""
    text = method.text
    if text and text != text.upper():
        yield method.problem(
            f"{shown(text)} matches no request: methods are compared with their case (a rule of this project)",
            f"Write '{text.upper()}'",
        )


def host_problems(host: Node) -> Iterator[Problem]:
    """A host as the Host header has it: without scheme and path. A rule of this project."""
    text = host.text
    if text and "/" in text:
        yield host.problem(
            f"{shown(text)} matches no request: a Host header has neither scheme nor path (a rule of this project)",
            "For example: 'shop.example.com'",
        )
