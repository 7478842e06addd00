"""What the remedies of workers say, as far as a person pastes it."""

from __future__ import annotations

from grpc_samples import NAME, PORT, container, containers, dead, in_container, seen, walk
from runbooklab.domain.rules import Rules
from runbooklab.domains.grpc.records import Endpoint, NameSeen, Owners

GRPC = Rules.of(("grpc",))
HIDDEN = container(ports=(), ports_asked=())


def test_a_port_that_is_published_is_also_called() -> None:
    """The container's name still does not resolve here: the address has to change too."""
    lost = walk(name=NameSeen("not-found"), tcp=(), peer="", wire=None, talk=None)
    by_name = seen(lost, end=Endpoint(f"{NAME}:{PORT}", NAME, PORT), containers=containers(HIDDEN))
    plan = GRPC.plan("publish-port", by_name)
    assert f"advertise localhost:{PORT} instead of {NAME}:{PORT}" in plan.changes
    assert plan.confirm[-1].endswith(f"-p worker_address localhost:{PORT}")
    here = in_container(dead(), HIDDEN, owners=Owners((PORT,)))
    assert "advertise" not in GRPC.plan("publish-port", here).changes


def test_the_limit_is_raised_above_the_message() -> None:
    """A limit below the message that was refused would refuse it again."""
    text = "CLIENT: Received message larger than max (50000000 vs. 4194304)"
    assert "to 100000000 bytes" in GRPC.plan("raise-message-limit", seen(error=text)).changes


def test_no_log_is_read_of_a_container_that_nobody_knows() -> None:
    """The command would fail: there is no container."""
    assert "docker" not in GRPC.plan("raise-message-limit", seen()).commands[0]
    assert "docker logs" in GRPC.plan("raise-message-limit", in_container()).commands[0]
