"""Plans for the Redis URL, wherever it was given."""

from __future__ import annotations

import re

from runbooklab.domain.shell import EDITOR
from runbooklab.domain.steps import Steps
from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.records import RedisAddress
from runbooklab.domains.address.remedies.again import Again, of_runbook, run_with_typed_url, run_with_url
from runbooklab.domains.address.remedies.config_file import (
    config_path,
    edit,
    editor,
    fix_config_file,
    show,
)
from runbooklab.domains.address.remedies.edits import url_edit
from runbooklab.domains.container.shell import command, quoted, replace_in_file
from runbooklab.observe.net.addresses import is_ip
from runbooklab.redaction import TOKEN


def fix_redis_url(e: Evidence) -> Steps:
    """The URL as it can be parsed, if its mistake shows what was meant; else the place to correct it."""
    address = e.address.value
    if address is None:
        return fix_config_file(e)
    return changed(e, address, address.suggestion if address.problem else "", of_runbook(e))


def changed(e: Evidence, address: RedisAddress, new: str, again: Again) -> Steps:
    """``new`` in place of the URL; "" if nothing shows which one is meant."""
    if not new or new == address.text:
        in_doubt = _write_it_right if address.problem else _name_in_doubt
        return in_doubt(e, address, again)
    if address.source == "parameter":
        return Steps(
            commands=run_with_url(again, new),
            changes=f"Checks {new} instead of {address.text}; give the client that URL too, if it "
            "gets its own.",
            risk="none",
        )
    apart = made_of_parts(e, address, f"The URL should be {new} instead of {address.text}", again)
    if apart is not None:
        return apart
    change = _replacement(e, address.text, new)
    undo = _replacement(e, new, address.text)
    return Steps(
        commands=(change,),
        changes=f"Changes the URL in {config_path(e)} from {address.text} to {new}; restart the orchestrator "
        "after that.",
        confirm=(show(e), again.line),
        undo=(undo,),
        edits=url_edit(e.config.value, address.text, new),
    )


def with_place(text: str, host: str, port: int) -> str:
    """``text`` with another host and port; user, password, database and options stay."""
    scheme, _, rest = text.partition("://")
    ending = re.search(r"[/?]", rest.rpartition("@")[2])
    place = rest.rpartition("@")[2]
    tail = place[ending.start() :] if ending else ""
    user = rest.rpartition("@")[0]
    return f"{scheme}://{user}{'@' if user else ''}{f'[{host}]' if ':' in host else host}:{port}{tail}"


def made_of_parts(e: Evidence, address: RedisAddress, wish: str, again: Again) -> Steps | None:
    """The plan for a URL that is not in the file as it is: change what it is made of."""
    config = e.config.value
    if config is None or config.is_literal or address.source != "config":
        return None
    made = f" ({'; '.join(config.origins)})" if config.origins else ""
    return Steps(
        commands=(editor(e, config),),
        changes=f"{wish}. It is not in {config_path(e)} as one text: change what it is made "
        f"of{made}, and restart the orchestrator after that.",
        confirm=(again.line,),
    )


def _write_it_right(e: Evidence, address: RedisAddress, again: Again) -> Steps:
    """The URL cannot be read, and nothing says which one is meant."""
    message = address.message.rstrip(".")
    form = (
        "A URL has the form redis://USER:PASSWORD@HOST:PORT/DATABASE, with rediss:// for TLS; percent-encode "
        "what has a meaning in it (# is %23, / is %2F, @ is %40)"
    )
    if address.source == "parameter":
        return Steps(
            commands=run_with_typed_url(again),
            changes=f"Asks for the right URL and checks it: {message}. {form}. Nothing is changed.",
            risk="none",
        )
    return edit(e, f"Opens {config_path(e)} to correct the URL: {message}. {form}.", e.config.value, again)


def _name_in_doubt(e: Evidence, address: RedisAddress, again: Again) -> Steps:
    """Nothing shows that another place is meant: ask for the name, and change nothing."""
    host = address.host or "localhost"
    network = (
        " If it is a managed Redis, its name may resolve in its own network only: connect to the VPC or VPN."
        if "." in host and not is_ip(host)
        else ""
    )
    given = "the parameter redis_url" if address.source == "parameter" else config_path(e)
    check = run_with_typed_url(again) if address.source == "parameter" else (editor(e, e.config.value),)
    ask = (command("getent", "hosts", host),) if not is_ip(host) else (command("ping", "-c", "1", host),)
    return Steps(
        commands=(*ask, *check),
        changes=f"Asks this host for {host}; then corrects host and port in {given}, if they are mistyped."
        f"{network} No other place is proposed, because nothing shows that one is meant.",
        risk="none",
        confirm=(again.line,),
    )


def _replacement(e: Evidence, old: str, new: str) -> str:
    """The command that changes the URL in the file; with a secret in it, only the part that differs."""
    if not TOKEN.search(old + new):
        return replace_in_file(config_path(e), old, new)
    for separator in ("@", "://"):
        left, right = old.rpartition(separator), new.rpartition(separator)
        if left[0] == right[0] and not TOKEN.search(left[2] + right[2]):
            return replace_in_file(config_path(e), separator + left[2], separator + right[2])
    for part in ("redis://", "rediss://"):
        scheme = new.partition("://")[0] + "://"
        if old.startswith(part) and scheme != part:
            return replace_in_file(config_path(e), part, scheme)
    return f"{EDITOR} {quoted(config_path(e))}"
