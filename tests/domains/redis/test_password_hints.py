"""How a password was lost on its way is said, and no part of one is."""

from __future__ import annotations

from typing import get_args

import psutil
import pytest
from msgspec.structs import replace

from cause_samples import VARIANTS
from evidence_samples import address, alter_container, answering, change, healthy, redis_container, talk
from judging import judge_causes
from runbooklab.domains.endpoint.probes import listeners
from runbooklab.domains.redis.causes.topology import unexplained_master
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.server_config import _by_shell
from runbooklab.domains.redis.probes.server_password import mishap, variable_in
from runbooklab.domains.redis.readings.password_hints import how_it_differs, unread_password
from runbooklab.domains.redis.records.server import PasswordMishap, ServerConfig
from runbooklab.observe.docker.records import ContainerLook


@pytest.mark.parametrize(
    ("of_url", "of_server", "kind"),
    [
        ("K!rsch3#2P$GVq", "K!rsch3#2P", "variable-replaced"),
        ("a${X}b", "ab", "variable-replaced"),
        ("pa$9word", "pa", ""),  # neither Compose nor a shell takes $9w for nothing this way
        ("ab$$cd", "ab$cd", "dollar-doubled"),
        ("secret", "'secret'", "quotes-kept"),
        ("secret", '"secret"', "quotes-kept"),
        ("secret", "secret\n", "blanks-kept"),
        (" secret", "secret", "blanks-kept"),
        ("ab#cd", "ab", "cut-at-hash"),
        ("ab@cd", "ab%40cd", "percent-encoded"),
        ("one", "two", ""),
        ("same", "same", ""),
        ("", "$GVq", ""),
        ("$GVq", "", ""),
    ],
)
def test_what_made_one_password_out_of_the_other(of_url: str, of_server: str, kind: str) -> None:
    """What Compose, shells, env files and encoding do to a password is recognised, and nothing is guessed."""
    assert mishap(of_url, of_server) == kind


@pytest.mark.parametrize(
    ("password", "environment", "variable"),
    [
        ("$REDIS_PASSWORD", (), "REDIS_PASSWORD"),
        ("${REDIS_PASSWORD}", (), "REDIS_PASSWORD"),
        ("${REDIS_PASSWORD:-x}", (), "REDIS_PASSWORD"),
        ("%REDIS_PASSWORD%", (), "REDIS_PASSWORD"),
        ("{{ redis_password }}", (), "redis_password"),
        ('"$REDIS_PASSWORD"', (), "REDIS_PASSWORD"),
        ("$CACHE_PW", ("CACHE_PW",), "CACHE_PW"),
        ("$FOO", ("FOO",), "FOO"),
        ("$ECRET", (), ""),  # a password may look so: its text is never shown
        ("pre$REDIS_PASSWORD", (), ""),
        ("hunter2", (), ""),
        ("", (), ""),
    ],
)
def test_a_variables_text_as_a_password(password: str, environment: tuple[str, ...], variable: str) -> None:
    """A server whose password is a variable's text is known, unless that may be a password."""
    assert variable_in(password, environment) == variable


def test_a_shells_line_replaces_variables() -> None:
    """A dollar sign in a list of words stands for itself, in a shell's line it does not."""
    assert _by_shell(["sh", "-c", "redis-server --requirepass $P"])
    assert not _by_shell(["redis-server", "--requirepass", "$P"])


def refusing(config: ServerConfig) -> Evidence:
    url = address("redis://:***secret-1a2b3c4d***@localhost:6379", has_password=True)
    return answering("WRONGPASS", "invalid username-password pair", address=url, server_config=config)


def primary_proof(e: Evidence) -> str:
    return next(cause.proof for cause in judge_causes(e) if cause.primary)


@pytest.mark.parametrize("kind", [mishap for mishap in get_args(PasswordMishap) if mishap])
def test_each_mishap_has_its_sentence(kind: PasswordMishap) -> None:
    """The proof of wrong credentials goes on with what happened to them."""
    e = refusing(ServerConfig(password_mishap=kind))
    assert how_it_differs(e)
    assert primary_proof(e).endswith(how_it_differs(e))


def test_the_variable_is_named_with_where_it_stands() -> None:
    """A password that is a variable's text is said with the place of requirepass."""
    e = refusing(ServerConfig(origins={"requirepass": "/r.conf:4"}, password_variable="REDIS_PASSWORD"))
    assert "literal text of the variable REDIS_PASSWORD (requirepass, /r.conf:4)" in primary_proof(e)
    assert how_it_differs(refusing(ServerConfig())) == ""


@pytest.mark.parametrize(
    ("image", "names", "command", "said"),
    [
        ("redis:7-alpine", ("REDIS_PASSWORD",), (), True),
        ("docker.io/library/redis@sha256:00", ("REDIS_ARGS",), (), True),
        ("valkey/valkey:8", ("VALKEY_PASSWORD",), (), True),
        ("redis:7", ("REDIS_PASSWORD",), ("sh", "-c", "redis-server --requirepass $REDIS_PASSWORD"), False),
        ("bitnami/redis:7", ("REDIS_PASSWORD",), (), False),
        ("example.test:5000/redis:7", ("REDIS_PASSWORD",), (), False),
        ("redis:7", ("TZ",), (), False),
    ],
)
def test_a_variable_that_the_image_does_not_read(
    image: str, names: tuple[str, ...], command: tuple[str, ...], said: bool
) -> None:
    """The official images take no password from the environment; others may, and are not judged."""
    e = alter_container(
        VARIANTS["auth-not-enabled-on-server"](), image=image, environment_names=names, command=command
    )
    assert bool(unread_password(e)) is said
    assert (names[0] in primary_proof(e)) is said


def replica(master: str, config: ServerConfig | None) -> Evidence:
    info = {"role": "slave", "master_host": master, "master_port": "8886", "master_link_status": "up"}
    e = healthy(redis=talk(info, can_write="no", why_not_write="READONLY"))
    return change(e, server_config=config) if config else e


def test_a_replica_that_nothing_explains_may_be_a_strangers_work() -> None:
    """Made a replica while it ran, of a master that is no container here: say who may have done it."""
    said = primary_proof(replica("192.0.2.77", ServerConfig()))
    assert all(
        part in said for part in ("192.0.2.77:8886", "a stranger", "without a password", "MODULE LIST")
    )


def test_a_replica_that_is_set_up_as_one_is_no_intrusion() -> None:
    """Its own settings say so, its master is a container here, or nobody knows the settings."""
    assert not unexplained_master(replica("192.0.2.77", ServerConfig({"replicaof": "192.0.2.77 8886"})))
    assert not unexplained_master(replica("192.0.2.77", None))
    base = replica("redis-main", ServerConfig())
    look = base.container.value
    assert isinstance(look, ContainerLook)
    main = redis_container(name="redis-main", id="beef" * 16)
    assert not unexplained_master(change(base, container=replace(look, others=(main,))))


class Process:
    """Stands in for a process of this host: its states, one at each look."""

    def __init__(self, *states: str) -> None:
        self.states = list(states)

    def status(self) -> str:
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]


@pytest.mark.parametrize(
    ("states", "letter"),
    [
        ((psutil.STATUS_RUNNING, psutil.STATUS_SLEEPING), "S"),
        ((psutil.STATUS_RUNNING,), "R"),
        ((psutil.STATUS_STOPPED,), "T"),
    ],
)
def test_a_process_runs_only_if_it_does_at_every_look(states: tuple[str, ...], letter: str) -> None:
    """A server that wakes for its housekeeping, or stands in line for the CPU, still sleeps."""
    assert listeners._state(Process(*states)) == letter  # type: ignore[arg-type] # a fake: see Process
