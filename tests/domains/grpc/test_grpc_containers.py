"""Which containers are inspected: the worker's, whatever else is on the host."""

from __future__ import annotations

from typing import Any

from runbooklab.domains.grpc.probes.containers import FEW_INSPECTED, wanted
from runbooklab.domains.grpc.records import Endpoint

HERE = (Endpoint("localhost:50051", "localhost", 50051),)


def _brief(name: str, state: str = "exited", created: int = 0, **more: Any) -> dict[str, Any]:
    """A container as the engine lists it: the ports that a stopped one asks for are not in it."""
    return {"Id": name, "Names": [f"/{name}"], "State": state, "Created": created, "Ports": []} | more


def _on(network: str) -> dict[str, Any]:
    return {"NetworkSettings": {"Networks": {network: {"IPAddress": "172.18.0.9"}}}}


def _names(everything: list[dict[str, Any]], *ends: Endpoint) -> list[str]:
    return [str(brief["Names"][0]).lstrip("/") for brief in wanted(everything, ends or HERE, [])]


def test_a_stopped_worker_is_found_among_many_stopped_containers() -> None:
    """Its ports show only once it is inspected; a host that builds images has dozens of ended ones."""
    old = [_brief(f"build-{at}", created=1000 + at) for at in range(25)]
    assert "tts" in _names([*old, _brief("tts", created=1)])


def test_few_are_inspected_if_the_list_shows_the_worker() -> None:
    """The engine is asked no more than it takes."""
    old = [_brief(f"build-{at}") for at in range(25)]
    bound = _brief("tts", "running", Ports=[{"PublicPort": 50051, "PrivatePort": 50051}])
    assert _names([*old, bound])[0] == "tts"
    assert len(_names([*old, bound])) == FEW_INSPECTED


def test_a_worker_that_is_called_by_an_alias_is_inspected() -> None:
    """The list of containers has no aliases; only a network that somebody made knows any."""
    alias = Endpoint("voice:50051", "voice", 50051)
    found = _names([_brief("a", "running", **_on("tts")), _brief("b", "running", **_on("bridge"))], alias)
    assert found == ["a"]


def test_what_may_listen_inside_is_inspected_if_nobody_publishes_the_port() -> None:
    """A worker without any published port shows by its listener alone."""
    hidden = _brief("tts", "running", **_on("bridge"))
    assert _names([hidden]) == ["tts"]
    other = _brief("other", "running", Ports=[{"PublicPort": 50051, "PrivatePort": 80}])
    assert _names([hidden, other]) == ["other"]
