"""A real kernel with a person's client: the cell returns at once, and its output goes on changing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel
from redis_servers import redis_server

from runbooklab.model.mime import VIEW_MIME
from runbooklab.report.outputs import WIDGET_MIME

START = """
from runbooklab.session import *
start("redis-connection", uses=["redis"], redis_url="{url}", redis_container="", docker_network="",
      orchestrator_config="", worker_key_pattern="worker:*", probe_timeout_s=10.0)
"""


@contextmanager
def kernel() -> Iterator[BlockingKernelClient]:
    """A new kernel and its client."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def until(client: BlockingKernelClient, wanted: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """The messages until one is ``wanted``, which is the last."""
    seen: list[dict[str, Any]] = []
    while not seen or not wanted(seen[-1]):
        seen.append(client.get_iopub_msg(timeout=60))
    return seen


def run(client: BlockingKernelClient, code: str) -> list[dict[str, Any]]:
    """The messages of a cell until the kernel is idle again, as a person's client runs it."""
    request = client.execute(code, allow_stdin=True)

    def is_over(message: dict[str, Any]) -> bool:
        is_ours = message["parent_header"].get("msg_id") == request
        return is_ours and message["content"].get("execution_state") == "idle"

    return until(client, is_over)


def watched(message: dict[str, Any]) -> dict[str, Any]:
    """What a message displays of a watch; {} if nothing."""
    view = message["content"].get("data", {}).get(VIEW_MIME, {})
    return dict(view.get("watch", {}))


def displayed(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [message["content"] for message in messages if message["msg_type"] == "display_data"]


def updates(messages: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The last data of each output that was changed, by its display id."""
    changed = (message["content"] for message in messages if message["msg_type"] == "update_display_data")
    return {content["transient"]["display_id"]: content["data"] for content in changed}


def test_the_cell_returns_and_goes_on_changing() -> None:
    """The updates are of this cell's own output; a stop ends them and takes the button away."""
    with redis_server() as server, kernel() as client:
        run(client, START.format(url=server.url()))
        button, picture = displayed(run(client, "watch(seconds=600, every=0.2)"))
        server.send("SET", "worker:1", "x")
        until(client, lambda message: bool(watched(message).get("comings")))
        end = "from runbooklab.notebook import watch as w; w.stop_watching(); print(w._under_way.wait())"
        last = updates(run(client, end))
    assert WIDGET_MIME in button["data"]
    assert button["data"]["text/html"]
    assert last[picture["transient"]["display_id"]][VIEW_MIME]["watch"]["state"] == "stopped"
    assert WIDGET_MIME not in last[button["transient"]["display_id"]]


def test_a_new_start_stops_the_watch() -> None:
    """Nobody goes on watching the target before."""
    with redis_server() as server, kernel() as client:
        run(client, START.format(url=server.url()))
        run(client, "watch(seconds=600, every=0.2)")
        run(client, START.format(url=server.url()))
        over = run(client, "from runbooklab.notebook import watch as w; print(w._under_way.wait())")
    assert any(message["content"].get("text") == "True\n" for message in over)


def test_the_form_is_one_output_with_a_table_for_readers_without_a_kernel() -> None:
    """What is saved shows the values whether or not the widget lives."""
    with redis_server() as server, kernel() as client:
        run(client, f"redis_url = {server.url(':planted-Passw0rd-7')!r}\n" + START.format(url=server.url()))
        (form,) = displayed(run(client, "parameters()"))
    assert WIDGET_MIME in form["data"]
    assert "worker_key_pattern" in form["data"]["text/html"]
    assert "planted-Passw0rd-7" not in str(form)
    assert "VBox" not in form["data"]["text/plain"]
