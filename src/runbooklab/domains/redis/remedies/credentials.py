"""Plans for user name, password and permissions."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.steps import Steps
from runbooklab.domains.address.remedies.again import run_with_typed_url
from runbooklab.domains.address.remedies.config_file import editor, show
from runbooklab.domains.address.remedies.edits import url_edit
from runbooklab.domains.address.remedies.redis_url import made_of_parts
from runbooklab.domains.container.shell import ASK, PASSWORD, SHELL, command
from runbooklab.domains.redis.remedies.addresses import try_url
from runbooklab.domains.redis.remedies.at_start import config_is_gone, set_at_start
from runbooklab.domains.redis.remedies.site import RUN_AGAIN, Site


def set_credentials(site: Site) -> Steps:
    address = site.e.address.value
    user = address.username if address and address.username and address.has_password else ""
    host, port = site.place
    form = f"redis://{user}:PASSWORD@{host}:{port}"
    by_parameter = address is not None and address.source == "parameter"
    try_first = (
        "read -rs REDISCLI_AUTH && export REDISCLI_AUTH",
        site.ping,
    )
    if by_parameter:
        return Steps(
            commands=(*try_first, *run_with_typed_url(site.next_run)),
            changes="Tries the password first: it should give PONG. Then asks for the URL with it, as "
            f"{form} (percent-encode # / @ : in it), and checks it. Give the client that URL too.",
            risk="none",
        )
    config = site.e.config.value
    where = f"Then write it into the URL of {site.config}, as {form} or with a user name before the colon; "
    where += "percent-encode # / @ : in it."
    if config and config.password_beside:
        where += f" {config.password_beside} is not read there."
    if config and not config.is_literal:
        where = f"Then write it where {site.config} has it: {'; '.join(config.origins)}."
    return Steps(
        commands=(*try_first, editor(site.e, config)),
        changes=f"Tries the password first: it should give PONG. {where} Restart the orchestrator.",
        confirm=(RUN_AGAIN,),
    )


def drop_credentials(site: Site) -> Steps:
    address = site.e.address.value
    scheme, _, rest = address.text.partition("://") if address is not None else ("", "", "")
    without = f"{scheme}://{rest.rpartition('@')[2]}"
    if site.by_parameter:
        return try_url(site, without, "the URL without user name and password")
    wish = "The URL should hold no user name and no password"
    apart = address and made_of_parts(site.e, address, wish, site.next_run)
    if apart:
        return apart
    config = site.e.config.value
    line = str(config.url_line) if config and config.url_line else "/url:/"
    return Steps(
        commands=(command("sed", "-i", "-E", rf"{line}s#(rediss?://)[^@/]*@#\1#", site.config),),
        changes=f"Takes user name and password out of the URL in {site.config}, as Redis asks for none.",
        confirm=(show(site.e), site.ping),
        edits=url_edit(config, address.text, without) if address is not None else (),
    )


def client_url_edit(site: Site) -> tuple[str, ...]:
    """The commands by which a person gives the client another URL, in its file or by its parameter."""
    if site.by_parameter:
        return run_with_typed_url(site.next_run)
    return (editor(site.e, site.e.config.value),)


def set_password(site: Site) -> Steps:
    after = client_url_edit(site)
    place = "the client's URL" if site.by_parameter else f"the URL of {site.config}"
    if config_is_gone(site):
        steps = set_at_start(
            site,
            (("requirepass", PASSWORD),),
            f"Makes Redis ask everybody for this password from now on; write it into {place} as "
            "redis://:PASSWORD@HOST.",
        )
        return replace(steps, commands=(ASK, *steps.commands, *after), appliable=False)
    return Steps(
        commands=(
            ASK,
            site.cli_with_secret(SHELL.variable, "CONFIG", "SET", "requirepass"),
            *after,
        ),
        changes=f"Makes Redis ask everybody for this password from now on; write it into {place} as "
        "redis://:PASSWORD@HOST. It is forgotten at the next restart of Redis: put requirepass into its "
        "configuration too.",
        risk="medium",
        confirm=(RUN_AGAIN,),
        undo=(site.cli("CONFIG", "SET", "requirepass", ""),),
    )


def grant_acl_permission(site: Site) -> Steps:
    """As another user: who is refused these commands will not be allowed to grant them either."""
    talk = site.e.redis.value
    user = (
        (talk.acl_user if talk else "")
        or (site.e.address.value.username if site.e.address.value else "")
        or "default"
    )
    pattern = site.e.target.worker_key_pattern or "worker:*"
    rules = ("~" + pattern, "+@read", "+@write", "+@connection", "+@transaction", "+scan")
    return Steps(
        commands=(
            "read -rs REDISCLI_AUTH && export REDISCLI_AUTH",
            site.admin_cli("ACL", "LOG", "10"),
            site.admin_cli("ACL", "SETUSER", user, *rules),
        ),
        changes=f"Allows user {user} to read and write keys like {pattern}. Sign in as a user who "
        "may change users (default); ACL LOG shows what was refused: grant no more than that. It "
        "lasts until the restart, unless ACL SAVE or the configuration keeps it.",
        risk="medium",
        confirm=(site.admin_cli("ACL", "GETUSER", user), RUN_AGAIN),
    )


def fix_socket_permission(site: Site) -> Steps:
    address = site.e.address.value
    path = (address.socket_path if address else "") or "/run/redis/redis.sock"
    return Steps(
        commands=(
            command("ls", "-l", path),
            command("sudo", "chmod", "g+rw", path),
            'sudo usermod -aG redis "$USER"',
        ),
        changes=f"Lets the group redis use {path} and puts this user into it; log in again after that. "
        "Set unixsocketperm 770 in Redis' configuration to keep it.",
        risk="medium",
        confirm=(site.ping,),
    )
