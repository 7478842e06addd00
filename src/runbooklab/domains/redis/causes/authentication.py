"""Credentials and permissions. What decides is the server's error code."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs
from runbooklab.domains.address.probes.table import ADDRESS
from runbooklab.domains.address.readings.address import url
from runbooklab.domains.address.records import RedisAddress
from runbooklab.domains.redis.causes.preconditions import OUTCOME_UNSEEN, Judge
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import REDIS
from runbooklab.domains.redis.readings.client_outcome import client_outcome
from runbooklab.domains.redis.readings.conversation import (
    CREDENTIAL_CODES,
    failed_stage,
    ponged,
    server_codes,
)
from runbooklab.domains.redis.readings.credentials import auth_error, auth_is_unknown, no_password_set
from runbooklab.domains.redis.readings.password_hints import how_it_differs, unread_password
from runbooklab.domains.redis.records.conversation import RedisTalk
from runbooklab.domains.redis.thresholds import RECENT_S

AUTH = ("redis-authentication",)


def of_credentials(judge: Callable[[Evidence, RedisAddress], Ruling]) -> Judge:
    """For judges of credentials: hands the URL over, if Redis was reached and so can have asked for them."""

    @needs(ADDRESS)
    @wraps(judge)
    def judged(e: Evidence) -> Ruling:
        outcome, address = client_outcome(e), url(e)
        if outcome is None:
            return OUTCOME_UNSEEN
        if outcome not in ("error", "pong"):
            return RuledOut("Redis is not reached, so nobody has asked for credentials.")
        return RuledOut("There is no URL that can be used.") if address is None else judge(e, address)

    return judged


@of_credentials
def auth_required(e: Evidence, address: RedisAddress) -> Ruling:
    if address.has_password or address.username not in (None, "default"):
        return RuledOut("The URL has credentials.")
    if "NOAUTH" not in server_codes(e):
        return RuledOut("Redis does not ask for a password.")
    config = e.config.value
    beside = config.password_beside if config and address.source == "config" else ""
    hint = (
        f" {beside} is beside the URL and is not read by a client that is made from it: the password "
        "belongs into the URL."
        if beside
        else ""
    )
    return Supported(
        f"Redis answers NOAUTH (authentication required), and the URL has no password.{hint}",
        AUTH,
        0.98,
        "Redis asks for a password, and the orchestrator's URL has none"
        f"{f': {beside} is not read beside the URL' if beside else ''}.",
    )


@of_credentials
def auth_wrong_credentials(e: Evidence, address: RedisAddress) -> Ruling:
    if not address.has_password:
        return RuledOut("The URL has no password that could be wrong.")
    error = auth_error(e)
    if error and address.username and "wrong number of arguments" in error.message.lower():
        return Supported(
            f"Redis answers {error.code} {error.message} to AUTH with a user name: before version 6 it knows "
            "passwords only.",
            AUTH,
            0.95,
            f"The URL names the user {address.username}, and this Redis is too old to know users.",
        )
    if auth_is_unknown(e):
        return RuledOut("Redis does not know AUTH, so it has compared nothing.")
    if no_password_set(e) or (error is None and not server_codes(e) & CREDENTIAL_CODES):
        return RuledOut("Redis accepts the URL's credentials.")
    if error and error.code not in CREDENTIAL_CODES and "password" not in error.message.lower():
        return RuledOut(f"Redis fails for another reason: {error.code} {error.message}.")
    who = f"user {address.username}" if address.username else "the default user"
    code = error.code if error and error.code else next(iter(server_codes(e) & CREDENTIAL_CODES), "ERR")
    return Supported(
        f"Redis answers {code} to the URL's credentials for {who}: "
        + (
            f"they hold the text of the variable {address.unexpanded}, which nobody has replaced by its "
            "value. If the orchestrator replaces it, run again with what it gets: -p redis_url env:REDIS_URL."
            if address.unexpanded
            else f"the password is wrong, or the user is unknown or off. {how_it_differs(e)}".rstrip()
        ),
        AUTH,
        0.97,
        f"Redis refuses the user name or password in the orchestrator's URL ({who})"
        + (f": the variable {address.unexpanded} was not replaced." if address.unexpanded else "."),
    )


@of_credentials
def auth_not_enabled_on_server(e: Evidence, address: RedisAddress) -> Ruling:
    if not address.has_password:
        return RuledOut("The URL has no password.")
    if no_password_set(e) and not ponged(e):
        return Supported(
            "Redis refuses the URL's password because no password is set on the server. "
            f"{unread_password(e)}".rstrip(),
            AUTH,
            0.97,
            "The URL has a password, but Redis has none set and refuses the login.",
            severity="critical",
        )
    if address.username not in (None, "", "default"):
        return RuledOut(f"Redis knows the user {address.username}.")
    talk = e.redis.value
    bare = talk.without_credentials if talk else None
    if bare is None:
        return Untested("A connection without credentials was not tried.")
    if bare.outcome != "ok":
        return RuledOut(f"A connection without credentials gets {bare.code or bare.outcome}.")
    return Supported(
        "The URL has a password, and a connection without any gets PONG as well: no password is set "
        f"on the server. {unread_password(e)}".rstrip(),
        AUTH,
        0.95,
        "Redis takes anyone in: the URL has a password, but none is set on the server.",
    )


#: What a run itself is refused when its user may do little; it says nothing of what the client needs.
OUR_OWN_COMMANDS = frozenset(
    {"info", "config", "slowlog", "client", "acl", "latency", "memory", "command", "time", "role", "dbsize"}
)


def acl_permission_denied(e: Evidence) -> Ruling:
    text, talk = e.error_text.value, e.redis.value
    stage = failed_stage(e)
    if stage and stage.code == "NOPERM":
        return Supported(
            f"Redis answers NOPERM to {stage.name.upper()}: {stage.message}.",
            AUTH,
            0.97,
            "Redis knows the user, but does not let it do what the orchestrator needs.",
        )
    if talk is None:
        return Untested("There was no conversation with Redis.")
    refused = _refused_registrations(e, talk)
    if refused:
        return refused
    if text and "NOPERM" in text.codes:
        return Supported(
            "The error text holds NOPERM: Redis refused a command or key to that user.",
            ("error-text", *AUTH),
            0.85,
        )
    denied = next((entry for entry in talk.acl_log if _concerns_us(e, entry)), None)
    if denied:
        user, what = denied.get("username", "?"), denied.get("object", "?")
        return Supported(
            f"Redis has refused {what} to user {user} (ACL LOG, reason {denied.get('reason', '?')}).",
            AUTH,
            0.7,
            severity=None if user == (talk.acl_user or user) else "warning",
        )
    return RuledOut("Redis refuses no command that the orchestrator needs.")


def _refused_registrations(e: Evidence, talk: RedisTalk) -> Supported | None:
    """The user gets in, and may not read, find or write the workers' registrations."""
    who, keys = f"User {talk.acl_user or 'of the URL'}", e.target.worker_key_pattern
    summary = "Redis lets the orchestrator in, but its user has no right to {} registrations."
    if talk.read_refused:
        return Supported(
            f"{who} may not GET {keys}: {talk.read_refused}.", AUTH, 0.95, summary.format("read")
        )
    unseen, inside = e.registrations.missing, e.inside.value
    if unseen and unseen.detail.startswith("NOPERM") and e.target.expected_workers:
        return Supported(
            f"{who} may not SCAN for {keys}: {unseen.detail}.", AUTH, 0.95, summary.format("find")
        )
    never = talk.can_write == "no" and talk.why_not_write == "NOPERM"
    unproven = talk.write is None or talk.write.outcome != "ok"
    by_dry_run = unproven and inside is not None and inside.may_write is False
    if e.target.needs_write and (never or by_dry_run):
        sent = talk.write is not None and talk.write.code == "NOPERM"
        shown = f": {talk.write.message}" if talk.write and sent else " (ACL DRYRUN)"
        return Supported(f"{who} may not write {keys}{shown}.", AUTH, 0.93, summary.format("write"))
    return None


def _concerns_us(e: Evidence, entry: dict[str, str]) -> bool:
    if float(entry.get("age-seconds", "0") or 0) > RECENT_S:
        return False
    what, reason = entry.get("object", "").lower(), entry.get("reason", "")
    if reason == "key":
        return what.startswith(e.target.worker_key_pattern.split("*")[0].lower() or "worker:")
    return reason == "command" and what.split("|")[0] not in OUR_OWN_COMMANDS


@needs(REDIS)
def client_protocol_mismatch(e: Evidence) -> Ruling:
    """``HELLO`` is how a client asks for protocol 3; Redis has it since version 6."""
    stage, talk, text, address = failed_stage(e), e.redis.value, e.error_text.value, url(e)
    assert talk is not None
    summary = "The client asks for a newer protocol (by HELLO) than this Redis speaks."
    because = ("wire-protocol", *AUTH)
    if "NOPROTO" in server_codes(e) or (stage and "HELLO" in stage.message.upper() and stage.code == "ERR"):
        return Supported("Redis does not know HELLO, with which the client begins.", because, 0.95, summary)
    if text and {"ERR unknown command HELLO", "NOPROTO"} & set(text.codes):
        return Supported("The error text says that Redis does not know HELLO.", ("error-text",), 0.9, summary)
    if address is not None and address.options.get("protocol") == "2":
        return RuledOut("The client asks for protocol 2, which this Redis speaks.")
    if talk.hello != "ERR":
        return RuledOut("Redis knows HELLO.") if talk.hello else Untested("HELLO was not asked.")
    if talk.denied.get("ACL") == "ERR":  # users came with the same version as HELLO
        return RuledOut("This Redis is older than HELLO, and answers with protocol 2.")
    return Supported(
        f"Redis {talk.info.get('redis_version', '')} does not know HELLO (renamed or switched off): clients "
        "that begin with it, as redis-py 8 does, are refused; with protocol 2 it answers.",
        because,
        0.8,
        summary,
        severity="warning",
    )
