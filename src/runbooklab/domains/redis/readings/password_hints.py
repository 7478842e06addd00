"""Hints at how a password was lost on its way to the server; none of them holds a part of one."""

from __future__ import annotations

from runbooklab.domains.container.readings.containers import container
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.server import PasswordMishap
from runbooklab.observe.docker.records import Container

#: What each mishap is, as a sentence that names no part of a password.
_MISHAPS: dict[PasswordMishap, str] = {
    "variable-replaced": "The two differ by a part that begins with $, which was replaced as if it were a "
    "variable: in a Compose file a $ of a password is written $$, in a shell's line it is put in single "
    "quotes.",
    "dollar-doubled": "The one has $$ where the other has $: Compose makes one $ of two, and nothing else "
    "does.",
    "quotes-kept": "One of them has the quotes around the password in it: docker's --env-file and a list of "
    "words keep quotes.",
    "blanks-kept": "The two differ by blanks or a newline at an end: read the file without its newline, as "
    "by printf instead of echo.",
    "cut-at-hash": "One of them ends where the other has #: in YAML, .env and a URL the rest after # counts "
    "as a comment or a fragment; put it in quotes, and write %23 in a URL.",
    "percent-encoded": "One is the percent-encoded form of the other: only a URL has a password encoded.",
}

#: Images whose start script reads no password from the environment. Source: docker-entrypoint.sh of
#: https://github.com/redis/docker-library-redis and https://github.com/valkey-io/valkey-container.
_OFFICIAL = frozenset({"redis", "library/redis", "valkey/valkey"})
#: Variables by which other images are given a password.
_PASSWORD_NAMES = frozenset(
    {
        "REDIS_PASSWORD", "REDIS_PASS", "REDIS_AUTH", "REDIS_REQUIREPASS", "REQUIREPASS",
        "REDIS_REQUIRE_PASS", "REDISCLI_AUTH", "REDIS_DEFAULT_PASSWORD", "REDIS_PASSWORD_FILE",
        "REDIS_ARGS", "VALKEY_PASSWORD",
    }
)  # fmt: skip


def how_it_differs(e: Evidence) -> str:
    """What happened to the password on its way to the server or the URL; "" if nothing shows it."""
    config = e.server_config.value
    if config is None:
        return ""
    if config.password_variable:
        place = config.origins.get("requirepass", "its configuration")
        return (
            f"The server's password is the literal text of the variable {config.password_variable} "
            f"(requirepass, {place}), not its value: neither redis-server nor a command without a shell "
            "replaces variables."
        )
    return _MISHAPS.get(config.password_mishap, "")


def unread_password(e: Evidence) -> str:
    """That the image does not read the variable by which somebody gave it a password; "" if none did."""
    found = container(e)
    if found is None or _repository(found) not in _OFFICIAL:
        return ""
    given = sorted(_PASSWORD_NAMES & set(found.environment_names))
    unused = [name for name in given if not any(name in word for word in found.command)]
    if not unused:
        return ""
    return (
        f"Container {found.name} was given {unused[0]}, and the image {found.image} does not read it: "
        "its password comes from requirepass, in the command (--requirepass) or a configuration file."
    )


def _repository(found: Container) -> str:
    """An image's name without registry, tag and digest."""
    name = found.image.partition("@")[0]
    head, _, last = name.rpartition("/")
    name = f"{head}/{last.partition(':')[0]}".lstrip("/")
    return name.removeprefix("docker.io/")
