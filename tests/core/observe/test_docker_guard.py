"""The Docker client of the probes, held to reading where its requests leave."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from runbooklab.observe.command.container import is_live_inside
from runbooklab.observe.docker.guard import ReadingClient, Refused, Tool, allowed
from runbooklab.shell.programs import built_in_programs

EXEC_ID = "ab12" * 16
#: A program of a domain that may be run inside a container.
LOOK = Tool((re.compile("look ping"),), "LOOK_AUTH")


class Wire(BaseAdapter):
    """Takes every request, keeps it, and answers as an engine that has just created an exec."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        self.sent.append(f"{request.method} {request.path_url}")
        answer = requests.Response()
        answer.status_code, answer.request = 200, request
        answer.raw = io.BytesIO(json.dumps({"Id": EXEC_ID}).encode())
        return answer

    def close(self) -> None:
        pass


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def client(heard: list[str]) -> Iterator[ReadingClient]:
    made = ReadingClient(
        note=lambda what, ms: heard.append(what), tool=LOOK, version="1.41", base_url="http://127.0.0.1:1"
    )
    made.mount("http://", Wire())
    yield made
    made.close()


def sent_by(client: ReadingClient) -> list[str]:
    wire = client.get_adapter("http://127.0.0.1:1")
    assert isinstance(wire, Wire)
    return wire.sent


@pytest.mark.parametrize(
    "change",
    [
        lambda client: client.start("redis-tts"),
        lambda client: client.remove_container("redis-tts", force=True),
        lambda client: client.create_network("net"),
        lambda client: client.exec_create("redis-tts", ["sh", "-c", "reboot"]),
        lambda client: client.exec_start(EXEC_ID),
        lambda client: client.post("http://127.0.0.1:1/v1.41/containers/prune"),
        lambda client: client.request("DELETE", "http://127.0.0.1:1/volumes/data"),
        lambda client: client.attach_socket("redis-tts", ws=True),
    ],
)
def test_a_change_never_leaves_the_client(client: ReadingClient, heard: list[str], change: Any) -> None:
    """Whatever way docker-py or requests is called, a request that changes something is not sent."""
    with pytest.raises(Refused):
        change(client)
    assert sent_by(client) == []
    assert heard == []


def test_an_exec_is_started_only_by_the_client_that_created_it(client: ReadingClient) -> None:
    """An exec that somebody else has prepared may run anything."""
    started = f"/exec/{EXEC_ID}/start"
    assert not allowed("POST", started, b"{}")
    client.exec_create("redis-tts", ["look", "ping"])
    assert allowed("POST", started, b"{}", client._own_execs)


def test_the_ledger_hears_of_every_request_and_of_the_words_of_an_exec(
    client: ReadingClient, heard: list[str]
) -> None:
    """The path alone would not say what ran; the password in the environment is not shown."""
    client.inspect_container("redis-tts")
    client.exec_create("redis-tts", ["look", "ping"], environment={"LOOK_AUTH": "hunter2"})
    assert heard == [
        "GET /containers/redis-tts/json",
        "POST /containers/redis-tts/exec: look ping",
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"Env": ["LD_PRELOAD=/tmp/evil.so"]},
        {"Env": ["LOOK_AUTH=x", "PATH=/tmp"]},
        {"AttachStdin": True},
        {"Privileged": True},
        {"Cmd": "look ping"},
        {"Cmd": ["look", 1]},
    ],
)
def test_what_surrounds_a_harmless_command_must_be_harmless_too(more: dict[str, object]) -> None:
    """Another variable, an open input or privileges make another program of the same words."""
    body = json.dumps({"Cmd": ["look", "ping"], **more})
    assert not allowed("POST", "/containers/redis-tts/exec", body, tool=LOOK)
    assert allowed(
        "POST",
        "/containers/redis-tts/exec",
        json.dumps({"Cmd": ["look", "ping"], "Env": ["LOOK_AUTH=x"]}),
        tool=LOOK,
    )


JUDGED = Tool(judged=partial(is_live_inside, programs=built_in_programs()))


@pytest.mark.parametrize(
    ("words", "may"),
    [
        (["cat", "/etc/a file"], True),
        (["grep", "-c", "a b", "/etc/hosts"], True),
        (["sh", "-c", "df -h | head -n 1"], True),
        (["git", "log", "--no-ext-diff", "--no-textconv"], True),
        (["git", "log"], False),  # without what keeps it from starting the repository's programs
        (["sh", "-c", "df -h|head"], False),  # not the text of the tree that was judged
        (["sh", "-c", "rm x"], False),
        (["cat", "$(rm x)", ";", "rm"], True),  # words of cat: no shell reads them
        (["rm", "x"], False),
        (["find", ".", "-delete"], False),
        (["env"], False),
        ([], False),
    ],
)
def test_words_that_were_judged_live_may_run_inside(words: list[str], may: bool) -> None:
    """With a judge the client sends what it judges live, word for word, and nothing else."""
    path, body = "/containers/x/exec", {"Cmd": words}
    assert allowed("POST", path, json.dumps(body), tool=JUDGED) is may
    assert not allowed("POST", path, json.dumps({**body, "Env": ["A=b"]}), tool=JUDGED)
    assert not allowed("POST", path, json.dumps({**body, "Privileged": True}), tool=JUDGED)
