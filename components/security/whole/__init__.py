"""Checks of policies over the whole model: what no policy says by itself."""

from collections.abc import Callable, Iterator

from components.security.whole.claims import claim_problems
from components.security.whole.connections import connection_problems
from components.security.whole.identities import identity_problems
from components.security.whole.paths import path_problems
from components.security.whole.peers import peer_problems
from components.security.whole.providers import provider_problems
from components.security.whole.useless import useless_problems
from components.security.whole.workloads import workload_problems
from components.settings.problems import Problem
from components.traffic.model import TrafficModel

SECURITY: tuple[Callable[[TrafficModel], Iterator[Problem]], ...] = (
    peer_problems,
    workload_problems,
    claim_problems,
    connection_problems,
    useless_problems,
    identity_problems,
    path_problems,
    provider_problems,
)
