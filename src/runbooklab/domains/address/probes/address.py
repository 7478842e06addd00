"""The Redis URL that the target names, taken apart, with the reason why the client would refuse it."""

from __future__ import annotations

import inspect

from msgspec.structs import replace

from runbooklab.domain.probe import import_once
from runbooklab.domains.address import redis_url
from runbooklab.domains.address import redis_url_repair as repair
from runbooklab.domains.address.context import Context
from runbooklab.domains.address.probes.table import CONFIG
from runbooklab.domains.address.records import ConfigFile, RedisAddress
from runbooklab.domains.address.redis_url import RedisUrl
from runbooklab.errors import UserError
from runbooklab.files import resolve_reference
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean, names_in_url


def address(ctx: Context) -> RedisAddress:
    """The URL of the parameter ``redis_url`` if there is one, else the configuration's."""
    parameter = ctx.vault.reveal(ctx.target.redis_url)
    if parameter:
        return _address(ctx, _resolved(parameter), None)
    config: ConfigFile = ctx.need(CONFIG)
    if config.problem is not None:
        raise NotObserved(Missing("not-applicable", f"there is no Redis URL: {config.message}"))
    if config.url is None:
        raise NotObserved(Missing("unsupported", f"what {config.path} says of it is not known here"))
    return _address(ctx, ctx.vault.reveal(config.url), config)


def _resolved(parameter: str) -> str:
    try:
        return resolve_reference(parameter)
    except UserError as error:
        raise NotObserved(
            Missing("error", f"redis_url names a secret that cannot be read: {error}")
        ) from None


def _address(ctx: Context, text: str, config: ConfigFile | None) -> RedisAddress:
    ctx.vault.reserve(names_in_url(text), own=True)
    redacted = clean(text, ctx.vault)
    url = _with_option_problem(redis_url.parse(text), text)
    for secret in (url.password, url.username if url.password is None else None):
        ctx.vault.learn(secret or "")
    if url.password and url.username and url.username not in url.password:
        ctx.vault.reserve([url.username], own=True)
    db_in_config = config.db if config else None
    left = repair.placeholder(text.partition("://")[2].rpartition("@")[0])
    # redis.from_url(url, db=...) prefers what the URL says.
    db = url.db if url.db is not None else db_in_config or 0
    return RedisAddress(
        text=redacted,
        source="config" if config else "parameter",
        problem=url.problem,
        message=clean(url.message, ctx.vault),
        suggestion=clean(url.suggestion, ctx.vault),
        remark=clean(url.remark, ctx.vault),
        unexpanded=left,
        for_another_client=url.problem is not None and repair.is_for_another_client(text),
        scheme=url.scheme,
        host=clean(url.host, ctx.vault),
        port=url.port,
        socket_path=clean(url.socket_path, ctx.vault),
        db_in_url=url.db,
        db_in_config=db_in_config,
        db=db,
        username=None if url.username is None else clean(ctx.vault.redact(url.username), ctx.vault),
        has_password=url.password is not None,
        options={
            name: clean(f"{name}={value}", ctx.vault).partition("=")[2] for name, value in url.options.items()
        },
    )


def _with_option_problem(url: RedisUrl, text: str) -> RedisUrl:
    """The same, refused if the installed client would not take its options."""
    if not url.is_usable or not url.options:
        return url
    import_once("redis.connection")
    unknown = ", ".join(sorted(url.options.keys() - known_options(url.scheme)))
    if unknown:
        message = f"redis-py knows no option {unknown} for a {url.scheme}:// URL and raises TypeError"
        without = redis_url.without_options(text, url.options.keys() - known_options(url.scheme))
        return replace(url, problem="option-unknown", message=message, suggestion=without)
    refused = _refusal(text, url.scheme)
    return replace(url, problem="malformed", message=refused) if refused else url


def known_options(scheme: str) -> frozenset[str]:
    """The query options that the installed client takes: the parameters of its connection and pools."""
    import redis

    classes = (*_connection_class(scheme).__mro__, redis.ConnectionPool, redis.BlockingConnectionPool)
    return frozenset(
        name
        for each in classes
        if each is not object
        for name, parameter in inspect.signature(each).parameters.items()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    )


def _refusal(text: str, scheme: str) -> str:
    """What the client says to an option's value (``protocol=4``); it opens no connection for that."""
    from redis.connection import BlockingConnectionPool, ConnectionPool, parse_url
    from redis.exceptions import RedisError

    of_pools = {
        *inspect.signature(ConnectionPool).parameters,
        *inspect.signature(BlockingConnectionPool).parameters,
    }
    try:
        options = parse_url(text)  # type: ignore[no-untyped-call] # redis-py leaves it untyped
        _connection_class(scheme)(**{name: options[name] for name in options.keys() - of_pools})
    except (RedisError, ValueError, TypeError) as error:
        return str(error)
    return ""


def _connection_class(scheme: str) -> type:
    import redis

    special = {"rediss": redis.SSLConnection, "unix": redis.UnixDomainSocketConnection}
    return special.get(scheme, redis.Connection)
