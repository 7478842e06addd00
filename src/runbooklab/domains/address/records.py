"""The configuration, the Redis URL in it and the name in that; and an error text, taken apart."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

#: Redis' own port. Source: redis.conf, port.
DEFAULT_PORT = 6379


class ConfigFile(Struct, frozen=True):
    """The orchestrator's configuration as read from disk."""

    path: str
    #: None if nothing is wrong with the file; ``unread`` says then if it names no URL that is known here.
    problem: (
        Literal[
            "missing",
            "not-a-file",
            "unreadable",
            "too-large",
            "not-text",
            "invalid-yaml",
            "redis-section-missing",
            "redis-url-missing",
            "invalid-value",
        ]
        | None
    ) = None
    message: str = ""
    line: int | None = None  # 1-based
    column: int | None = None  # 1-based
    url: str | None = None  # redacted
    db: int | None = None
    connection_pool_size: int | None = None
    excerpt: str = ""  # the redis section as written, redacted; or the lines around the mistake
    excerpt_line: int | None = None  # the line of the file that the excerpt begins with, 1-based
    size_bytes: int | None = None
    format: str = "YAML"
    key: str = "redis.url"  # where the URL is, or what it is put together from
    url_line: int | None = None  # 1-based
    is_literal: bool = True  # the URL is in the file as it is, so that it can be replaced there
    #: Where values came from that are not at ``key`` themselves, one sentence each.
    origins: tuple[str, ...] = ()
    value_file: str = ""  # the file with the value, if a variable's value is in another one
    value_line: int | None = None  # 1-based
    others: tuple[str, ...] = ()  # other places in the file that name a Redis: key and line
    remarks: tuple[str, ...] = ()  # what is in the file and is not read, one sentence each
    #: Why the URL is not known although nothing is wrong with the file, and how to go on without it.
    unread: str = ""
    unexpanded: str = ""  # name of a variable that is still in the URL's credentials
    password_beside: str = ""  # key and line of a password beside a URL that has none


class RedisAddress(Struct, frozen=True):
    """The Redis URL taken apart. ``text`` is redacted; the password itself is never kept here."""

    text: str
    source: Literal["parameter", "config"]
    #: None if the URL parses; the client would refuse it before any packet otherwise.
    problem: Literal["scheme-invalid", "malformed", "option-unknown"] | None = None
    message: str = ""
    suggestion: str = ""  # a URL that would parse, redacted
    remark: str = ""  # what is odd about a URL that is usable all the same
    unexpanded: str = ""  # name of a variable that is still in the credentials
    for_another_client: bool = False  # refused by redis-py, and right for a client that it is written for
    scheme: str = ""  # redis | rediss | unix
    host: str = ""
    port: int = DEFAULT_PORT
    socket_path: str = ""
    db_in_url: int | None = None
    db_in_config: int | None = None
    db: int = 0  # the one a client that honours the config would use
    username: str | None = None
    has_password: bool = False
    options: dict[str, str] = field(default_factory=dict)  # query string, redacted


class NameResolution(Struct, frozen=True):
    host: str
    outcome: Literal["literal", "resolved", "not-found", "temporary-failure", "not-applicable"]
    addresses: tuple[str, ...] = ()
    message: str = ""
