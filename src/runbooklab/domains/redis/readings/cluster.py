"""Redis Cluster: what its answers mean, and whether the client speaks to clusters."""

from __future__ import annotations

import re

from runbooklab.domains.redis.evidence import Evidence

#: Answers by which a cluster sends the client to another node.
MOVES = frozenset({"MOVED", "ASK"})
#: Those, and the refusal of several keys that live on different nodes.
ELSEWHERE = MOVES | {"CROSSSLOT"}
#: Values that switch a setting off, or that name another kind of client.
_OFF = frozenset({"", "0", "false", "no", "none", "null", "off", "standalone", "single", "sentinel"})
#: A setting and its value, as YAML, JSON, TOML, properties and .env files write one.
_SETTING = re.compile(r"""^[\s\-{,]*["']?(?P<name>[\w.\-]{1,80})["']?\s*[:=]\s*["']?(?P<value>[^"'#,}\s]*)""")
#: Settings that name the kind of client.
_KIND = re.compile(r"(?:^|[._-])(?:mode|type|kind|topology|client|class)$", re.IGNORECASE)


def follows_moves(e: Evidence) -> bool:
    """Whether the configuration says that the orchestrator's client speaks to clusters.

    A setting with ``cluster`` in its name that is not off, ``startup_nodes``, or a kind of client
    such as ``mode: cluster``. A client of which nothing is said is taken for a plain one.
    """
    config = e.config.value
    lines = config.excerpt.splitlines() if config is not None else []
    return any(
        _names_cluster(found["name"], found["value"]) for line in lines if (found := _SETTING.match(line))
    )


def _names_cluster(name: str, value: str) -> bool:
    name, value = name.lower(), value.lower()
    if _KIND.search(name):
        return "cluster" in value
    if name.replace("-", "_") in ("startup_nodes", "startupnodes"):
        return True
    # "cluster:" alone opens a section, as in Spring's spring.redis.cluster.nodes.
    return "cluster" in name and (value not in _OFF or (value == "" and name.endswith("cluster")))
