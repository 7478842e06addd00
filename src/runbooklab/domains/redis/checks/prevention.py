"""Audits of what prevents the next failure: a warning at worst, and never part of the verdict."""

from __future__ import annotations

import re

from runbooklab.domain.judgement import absent, ok, skipped, table, unknown, warning
from runbooklab.domains.address.checks.configuration import orchestrator_config, redis_url
from runbooklab.domains.container.readings.containers import container as found_container
from runbooklab.domains.redis.checks import configuration, container, conversation, transport
from runbooklab.domains.redis.checks.server import persistence_facts
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import info
from runbooklab.domains.redis.records.info import number
from runbooklab.model.conclusions import Judgement
from runbooklab.observe.docker.records import Container
from runbooklab.words import listed, mid_sentence, plural

#: What the pre-flight check asks before services are started, in the order in which it fails.
_CONDITIONS = (
    ("The configuration can be read", orchestrator_config),
    ("The Redis URL can be used", redis_url),
    ("The host name resolves", configuration.name_resolution),
    ("Docker answers", container.docker_access),
    ("The Redis container runs", container.redis_container),
    ("The port accepts connections", transport.port_reachable),
    ("Redis accepts the credentials", conversation.redis_authentication),
    ("Redis answers PING", conversation.redis_ping),
)


def preflight(e: Evidence) -> Judgement:
    judged = [(name, judge(e)) for name, judge in _CONDITIONS]
    rows = [(name, said.status, said.summary) for name, said in judged]
    more = {"tables": (table(("Condition", "Status", "What was seen"), rows, "Pre-flight conditions"),)}
    failing = [name for name, said in judged if said.status in ("critical", "warning")]
    unseen = [name for name, said in judged if said.status == "unknown"]
    if failing:
        return warning(f"Pre-flight fails at: {mid_sentence(failing[0])}.", **more)
    if unseen:
        return unknown(
            f"Pre-flight could not see whether {listed([mid_sentence(name) for name in unseen])}.", **more
        )
    holding = sum(said.status == "ok" for _, said in judged)
    if not holding:
        return skipped("No pre-flight condition applies.", **more)
    return ok(f"All of {plural(holding, 'pre-flight condition')} that apply hold now.", **more)


def healthcheck(e: Evidence) -> Judgement:
    found = container.running_container(e, "A health check")
    if isinstance(found, Judgement):
        return found
    test = found.health_test
    if not test or test[0] == "NONE":
        return warning(f"Container {found.name} has no health check: Docker calls it up when Redis hangs.")
    facts = {"Test": " ".join(test), "Health now": found.health or "not known"}
    if can_pass_on_an_error(test):
        return warning(
            f"The health check of container {found.name} cannot fail on an error answer: "
            "redis-cli ping ends with status 0 on NOAUTH, so use redis-cli -e.",
            facts=facts,
        )
    return ok(f"Container {found.name} has a health check that can fail.", facts=facts)


def can_pass_on_an_error(test: tuple[str, ...]) -> bool:
    """Whether a health check's command would call Redis healthy when it answers with an error.

    ``redis-cli ping`` ends with status 0 whatever Redis answers; with ``-e``, or if the answer is
    compared with PONG, it fails.
    """
    words = re.split(r"\s+", " ".join(test))
    return (
        any(word.endswith("redis-cli") for word in words)
        and "-e" not in words
        and "PONG" not in " ".join(words)
    )


def monitoring(e: Evidence) -> Judgement:
    found = container.running_container(e, "Monitoring")
    if isinstance(found, Judgement):
        return found
    checked = bool(found.health_test) and found.health_test[0] != "NONE"
    restarts = found.restart_policy not in ("", "no")
    facts = {
        "Health check": " ".join(found.health_test) if checked else "none",
        "Restart policy": found.restart_policy or "no",
    }
    unseen = "whether anyone watches from outside cannot be seen here."
    name = f"container {found.name}"
    if checked and restarts:
        return ok(f"Docker checks the health of {name} and restarts it when it ends; {unseen}", facts=facts)
    lacking = {
        (True, False): f"Docker checks the health of {name} and does not restart it",
        (False, True): f"Docker restarts {name} when it ends and does not check its health",
        (False, False): f"Docker neither checks the health of {name} nor restarts it",
    }
    return warning(f"{lacking[checked, restarts]}; {unseen}", facts=facts)


def pooling(e: Evidence) -> Judgement:
    config = e.config.value
    if config is None:
        return absent(e, e.config, "The size of the connection pool")
    if config.problem:
        return skipped("The size of the connection pool is not known: the configuration cannot be used.")
    values, talk, pool = info(e), e.redis.value, config.connection_pool_size
    limit = number(values, "maxclients") or (number(talk.settings, "maxclients") if talk else None)
    connected = number(values, "connected_clients")
    facts = {
        "connection_pool_size": "not set" if pool is None else str(pool),
        "maxclients": "not known" if limit is None else f"{limit:,}",
        "Clients now": "not known" if connected is None else f"{connected:,}",
    }
    if pool is None:
        return warning(
            "The configuration sets no connection_pool_size: the number of connections has no bound.",
            facts=facts,
        )
    if pool < 1:
        return warning(f"A connection pool of {pool} holds no connection.", facts=facts)
    if limit is None:
        return unknown(
            f"The pool holds {plural(pool, 'connection')}; how many Redis allows could not be seen.",
            facts=facts,
        )
    if pool + (connected or 0) > limit:
        return warning(f"A pool of {pool} does not fit: Redis allows {plural(limit, 'client')}.", facts=facts)
    return ok(
        f"The pool holds {plural(pool, 'connection')}, and Redis allows {plural(limit, 'client')}.",
        facts=facts,
    )


def persistence(e: Evidence) -> Judgement:
    values, talk = info(e), e.redis.value
    if "aof_enabled" not in values or talk is None:
        return unknown("Whether Redis keeps its data on disk could not be observed.")
    facts = persistence_facts(e)
    found = found_container(e)
    volume = None if found is None else data_volume(found, talk.settings.get("dir", "/data"))
    if found is not None:
        facts["Volume"] = volume or "none"
    saves = values["aof_enabled"] == "1" or bool(talk.settings.get("save", "").strip())
    if "save" not in talk.settings and not saves:
        return unknown("Whether Redis saves snapshots could not be observed.", facts=facts)
    if not saves:
        return warning("Redis keeps nothing on disk: a restart loses all keys.", facts=facts)
    if found is not None and not volume:
        return warning(
            f"Redis saves to disk, but not to a volume: removing {found.name} loses the data.", facts=facts
        )
    how = "an append-only file" if values["aof_enabled"] == "1" else "snapshots"
    return ok(
        f"Redis keeps its data in {how}" + (f" on the volume {volume}." if volume else "."), facts=facts
    )


def data_volume(found: Container, directory: str) -> str:
    """The source of the mount that holds the data directory; "" if there is none."""
    inside = directory.rstrip("/") + "/"
    holding = [mount for mount in found.mounts if inside.startswith(mount.destination.rstrip("/") + "/")]
    return max(holding, key=lambda mount: len(mount.destination)).source if holding else ""
