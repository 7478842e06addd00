"""The conversation with Redis: credentials, database, PING from each vantage, and who it is that answers."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok, skipped, table, unknown, warning
from runbooklab.domains.address.readings.address import place
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.container.exit_codes import ASKED_TO_STOP
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.readings.containers import bindings, orchestrator, to_host_port
from runbooklab.domains.container.readings.containers import container as redis_container
from runbooklab.domains.endpoint.checks.words import tcp_words
from runbooklab.domains.redis.checks.not_reached import absent_in_docker, no_talk
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.client_log import telling_line
from runbooklab.domains.redis.readings.client_outcome import OUTCOME_WORDS, client_outcome
from runbooklab.domains.redis.readings.conversation import (
    CREDENTIAL_CODES,
    failed_stage,
    failure,
    info,
    ping_ms,
    ponged,
    stage,
)
from runbooklab.domains.redis.readings.identity import of_one_master, run_ids
from runbooklab.domains.redis.readings.logs import quote
from runbooklab.domains.redis.records.conversation import RedisTalk
from runbooklab.domains.redis.records.info import databases
from runbooklab.domains.redis.records.inside import OrchestratorView
from runbooklab.model.conclusions import Judgement, Table
from runbooklab.words import duration, milliseconds, short


def stages_table(talk: RedisTalk) -> Table:
    rows = [
        (
            step.name,
            step.outcome,
            " ".join(filter(None, (step.code, short(step.message)))),
            milliseconds(step.ms),
        )
        for step in talk.stages
    ]
    return table(("Step", "Outcome", "Answer", "Time"), rows, "The conversation, step by step")


def redis_ping(e: Evidence) -> Judgement:
    if in_container(e):
        return _ping(e)
    return _or_what_the_client_gets(e, _ping(e))


def _or_what_the_client_gets(e: Evidence, said: Judgement) -> Judgement:
    """``said``, unless nobody saw a PING and it is known all the same that the client gets none."""
    outcome = client_outcome(e)
    if said.status not in ("unknown", "skipped") or outcome in (None, "pong", "invalid"):
        return said
    return critical(f"Redis cannot be used at {place(e)}: the client {OUTCOME_WORDS[outcome]}.")


def _ping(e: Evidence) -> Judgement:
    stop, talk = no_talk(e), e.redis.value
    if stop or talk is None:
        return stop or absent(e, e.redis, "Redis")
    shown = (stages_table(talk),)
    failed = failed_stage(e)
    if ponged(e):
        ping = stage(e, "ping")
        ms = ping_ms(e) or (ping.ms if ping else 0.0)
        return ok(f"Redis at {place(e)} answers PING in {milliseconds(ms)}.", tables=shown)
    if failed is None:
        return unknown(f"Whether Redis at {place(e)} answers could not be observed.", tables=shown)
    if failed.code:
        return critical(f"Redis at {place(e)} answers with an error: {failure(failed)}.", tables=shown)
    return critical(f"Redis at {place(e)} does not answer: {failure(failed)}.", tables=shown)


def redis_authentication(e: Evidence) -> Judgement:
    stop, talk, address = no_talk(e), e.redis.value, e.address.value
    if stop or talk is None or address is None:
        return stop or absent(e, e.redis, "Redis")
    failed = failed_stage(e)
    facts = {
        "User": address.username or "default",
        "Password in the URL": "yes" if address.has_password else "no",
    }
    if failed and (failed.name == "auth" or failed.code in CREDENTIAL_CODES):
        return critical(_refusal(e, failed.code, address.has_password, failure(failed)), facts=facts)
    if talk.can_write == "no" and talk.why_not_write == "NOPERM" and e.target.needs_write:
        return critical(
            f"User {talk.acl_user or facts['User']} may not write the keys that workers need.", facts=facts
        )
    if (failed and failed.name in ("connect", "tls")) or not _authenticated(e):
        return skipped(f"Not reached: {failure(failed)}." if failed else "Not reached.", facts=facts)
    auth, bare = stage(e, "auth"), talk.without_credentials
    open_to_all = bool(auth and auth.outcome == "error") or bool(bare and bare.outcome == "ok")
    if open_to_all and address.has_password and address.username in (None, "", "default"):
        return warning(
            f"Redis at {place(e)} asks for no password: the one in the URL is not needed.", facts=facts
        )
    if not address.has_password:
        return ok(f"Redis at {place(e)} asks for no password, and the URL has none.", facts=facts)
    return ok(f"Redis at {place(e)} accepts the URL's credentials.", facts=facts)


def _authenticated(e: Evidence) -> bool:
    """Whether the conversation got past its credentials: without any, only an answer to PING shows that."""
    failed = failed_stage(e)
    if ponged(e) or (failed is not None and bool(failed.code)):
        return True
    auth = stage(e, "auth")
    return auth is not None and auth.outcome == "ok"


def _refusal(e: Evidence, code: str, has_password: bool, said: str) -> str:
    if code == "NOAUTH" and not has_password:
        return f"Redis at {place(e)} asks for a password, and the URL has none (NOAUTH)."
    if code == "WRONGPASS":
        return f"Redis at {place(e)} refuses the URL's user name or password (WRONGPASS)."
    return f"Redis at {place(e)} refuses the URL's credentials: {said}."


def redis_database(e: Evidence) -> Judgement:
    stop, talk, address = no_talk(e), e.redis.value, e.address.value
    if stop or talk is None or address is None:
        return stop or absent(e, e.redis, "Redis")
    select, failed = stage(e, "select"), failed_stage(e)
    values = info(e)
    keys = {name: values[name] for name in databases(values)}
    shown = (
        (table(("Database", "Content"), sorted(keys.items()), "Databases that hold keys"),) if keys else ()
    )
    facts = {"Database": str(address.db)}
    if talk.settings.get("databases"):
        facts["Databases on the server"] = talk.settings["databases"]
    if select and select.outcome == "error":
        said = failure(select)
        return critical(f"Redis refuses database {address.db}: {said}.", facts=facts, tables=shown)
    if not ponged(e) and (select is None or select.outcome != "ok"):
        return skipped(f"Not reached: {failure(failed)}." if failed else "Not reached.", facts=facts)
    return ok(f"Database {address.db} can be used.", facts=facts, tables=shown)


def redis_ping_inside(e: Evidence) -> Judgement:
    seen, name = e.inside.value, container_name(e)
    if seen is None:
        return absent_in_docker(
            e, e.inside, f"Redis inside container {name}" if name else "Redis inside its container"
        )
    ran, text = seen.ping, seen.ping.output
    facts = {"Command": " ".join(ran.argv), "Exit code": "" if ran.exit_code is None else str(ran.exit_code)}
    more = {"facts": {label: value for label, value in facts.items() if value}, "text": text}
    if seen.answers:
        if seen.code == "PONG":
            return ok(f"Inside container {name}, Redis answers PONG.", **more)
        if seen.code in CREDENTIAL_CODES:
            return ok(
                f"Inside container {name}, Redis answers {seen.code}: it is up and wants a password.", **more
            )
        return warning(f"Inside container {name}, Redis answers with the error {seen.code}.", **more)
    if seen.answers is False:
        said = f"Inside container {name}, nothing answers PING: {short(text) or ran.outcome}"
        if ponged(e):  # with what the URL has and the tool inside has not: a client certificate, say
            return warning(f"{said}; through the URL, Redis does.", **more)
        return critical(f"{said}.", **more)
    reasons = {
        "no-tool": "the image has no redis-cli",
        "container-paused": "the container is paused",
        "container-not-running": "the container does not run",
        "timeout": f"redis-cli gave no answer within {duration(e.target.probe_timeout_s)}",
    }
    reason = reasons.get(ran.outcome, short(text) or "the command failed")
    judge = skipped if ran.outcome == "container-not-running" else unknown
    return judge(f"Redis could not be asked inside container {name}: {reason}.", **more)


def redis_ping_orchestrator(e: Evidence) -> Judgement:
    if not in_container(e):
        return skipped("The orchestrator runs on this host: no container of its own is named.")
    return _or_what_the_client_gets(e, _ping_from_orchestrator(e))


def _ping_from_orchestrator(e: Evidence) -> Judgement:
    seen, name = e.orchestrator_view.value, e.target.orchestrator_container
    client = orchestrator(e)
    if seen is None and client is not None and client.state != "running":
        line = telling_line(e)
        said = f", and its log says {quote(line)}" if line else ""
        judge = warning if client.state == "exited" and client.exit_code in ASKED_TO_STOP else critical
        return judge(f"Container {client.name} is {client.state} (exit code {client.exit_code}){said}.")
    if seen is None:
        return absent(e, e.orchestrator_view, f"The view from container {name}")
    facts = {"Looked at by": seen.method} if seen.method else {}
    there = f"{seen.host}:{seen.port}"
    if seen.name and seen.name.outcome in ("not-found", "temporary-failure"):
        return critical(f"From container {name}, the name {seen.host} does not resolve.", facts=facts)
    if seen.tcp and not any(attempt.outcome == "connected" for attempt in seen.tcp):
        return critical(f"From container {name}, {there} {tcp_words(e, seen.tcp)}.", facts=facts)
    return _orchestrator_answer(e, seen, f"From container {name}, Redis at {there}", facts)


def _orchestrator_answer(e: Evidence, seen: OrchestratorView, thing: str, facts: dict[str, str]) -> Judgement:
    if seen.code == "PONG":
        return ok(f"{thing} answers PONG.", facts=facts)
    address = e.address.value
    if seen.code == "NOAUTH" and address and address.has_password:
        return ok(f"{thing} answers, and asks for the password that the URL has.", facts=facts)
    if seen.code:
        return critical(f"{thing} answers with the error {seen.code}.", facts=facts)
    if seen.ping and seen.ping.outcome == "timeout":
        return critical(f"{thing} gives no answer within {duration(e.target.probe_timeout_s)}.", facts=facts)
    if seen.ping and seen.ping.outcome == "ok" and seen.ping.exit_code:
        return critical(f"{thing} gives no answer: {short(seen.ping.output)}.", facts=facts)
    if _is_redis_container(e, seen):
        return ok(f"{thing} is container {container_name(e)}, which answers there.", facts=facts)
    if any(attempt.outcome == "connected" for attempt in seen.tcp):
        return unknown(
            f"{thing} accepts connections; whether it answers could not be asked there.", facts=facts
        )
    return unknown(f"{thing} could not be asked.", facts=facts)


def _is_redis_container(e: Evidence, seen: OrchestratorView) -> bool:
    """Whether the name leads to the Redis container on a network both share, and Redis is up there."""
    found, client, bridge = redis_container(e), orchestrator(e), e.bridge_tcp.value or ()
    if found is None or client is None or seen.name is None:
        return False
    shared = {net.network for net in client.networks}
    there = {net.ip for net in found.networks if net.network in shared and net.ip} & set(seen.name.addresses)
    up = {
        attempt.address for attempt in bridge if attempt.outcome == "connected" and attempt.port == seen.port
    }
    return bool(there & up) and bool(e.inside.value and e.inside.value.answers)


def redis_identity(e: Evidence) -> Judgement:
    name, (here, there) = container_name(e), run_ids(e)
    if not name:
        return skipped("No Redis container is named that the URL should lead to.")
    if e.inside.value is None:
        return absent_in_docker(e, e.inside, f"Redis inside container {name}")
    if not ponged(e):
        return skipped(f"Not reached: no Redis answers at {place(e)} to compare with the one in {name}.")
    if here and there:
        facts = {"run_id through the URL": here, "run_id inside the container": there}
        if here == there:
            return ok(
                f"The Redis at {place(e)} is the one in container {name}: the run_id is the same.",
                facts=facts,
            )
        if of_one_master(e):
            return ok(
                f"The Redis at {place(e)} and the one in container {name} replicate the same data.",
                facts=facts,
            )
        return critical(
            f"The Redis at {place(e)} is not the one in container {name}: the run_id differs.", facts=facts
        )
    if _proxied(e):
        return ok(f"The port of {place(e)} is forwarded to container {name}.")
    return unknown(f"Whether {place(e)} leads to container {name} could not be seen: a run_id is missing.")


def _proxied(e: Evidence) -> bool:
    """Whether the listener at the URL's port is Docker's own, for the named container."""
    found, address, seen = redis_container(e), e.address.value, e.listeners.value
    if found is None or address is None or seen is None:
        return False
    published = to_host_port(bindings(found), address.port)
    return published and any(
        listener.container == found.name and listener.port == address.port for listener in seen.listeners
    )


def python_client(e: Evidence) -> Judgement:
    stop, talk, address = no_talk(e), e.redis.value, e.address.value
    if stop or talk is None or address is None:
        return stop or absent(e, e.redis, "The connection from Python")
    call = f"redis.from_url({address.text!r}).ping()"
    failed = failed_stage(e)
    if ponged(e):
        return ok(f"{call} returns True.", tables=(stages_table(talk),))
    if failed is None:
        return unknown(f"{call} did not come to an end.", tables=(stages_table(talk),))
    raised = failed.error_class or "an error"
    return critical(f"{call} raises {raised}: {failure(failed)}.", tables=(stages_table(talk),))
