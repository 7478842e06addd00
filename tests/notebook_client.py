"""A person at a notebook without a browser: a real kernel, a client that answers questions, and its page.

What JupyterLab does with a kernel's messages is done here, too: outputs are replaced by display id, a button
is pressed by a comm message, the text of a field is a state that is sent.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from runbooklab.model.mime import DIAGNOSIS_MIME, FINDING_MIME, VIEW_MIME

PATIENCE_S = 60
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"


class Output:
    """One output on the page: what it shows now, and whether it was replaced."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.data: dict[str, Any] = content.get("data", {})
        self.text: str = content.get("text", "") or "\n".join(content.get("traceback", ()))
        self.is_error = "ename" in content
        self.updates = 0

    def __repr__(self) -> str:
        """What a failed test shows."""
        return f"<Output {', '.join(sorted(self.data))}: {self.plain!r}>"

    @property
    def plain(self) -> str:
        return str(self.data.get("text/plain", self.text))

    @property
    def html(self) -> str:
        return str(self.data.get("text/html", ""))


class Person:
    """Runs cells in a kernel of its own, as JupyterLab would for somebody who sits there."""

    def __init__(
        self, folder: Path, notebook: Path | None = None, kernel: str = "python3", **environment: str
    ) -> None:
        named = {"JPY_SESSION_NAME": str(notebook)} if notebook else {}
        self.manager = KernelManager(kernel_name=kernel)
        self.manager.start_kernel(cwd=str(folder), env={**os.environ, **named, **environment})
        self.client: BlockingKernelClient = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE_S)
        self.cells: dict[str, list[Output]] = {}
        self.widgets: dict[str, dict[str, Any]] = {}
        self.answers: list[str] = []  # what is typed if a cell asks
        self.asked: list[str] = []
        self._by_display: dict[str, list[Output]] = {}
        self._clock = 0.0

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    # --- cells

    def run(self, code: str, cell: str = "", *, later_s: float = 10.0) -> list[Output]:
        """Run a cell and wait for it. ``later_s``: how much later than the last one it was asked for."""
        return self.run_all([(cell or code, code)], later_s=later_s)[-1]

    def run_all(self, cells: list[tuple[str, str]], *, later_s: float = 10.0) -> list[list[Output]]:
        """Run cells as "Run All" does: all are asked for at once."""
        self._clock += later_s
        sent = [(self._execute(cell, code), cell) for cell, code in cells]
        for message, cell in sent:
            self._until_idle(message, cell)
        return [self.cells[cell] for _, cell in sent]

    def _execute(self, cell: str, code: str) -> str:
        content = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": True, "stop_on_error": True,
        }  # fmt: skip
        message = self.client.session.msg("execute_request", content, metadata={"cellId": cell})
        message["header"]["date"] = datetime.fromtimestamp(1_700_000_000 + self._clock, UTC)
        self.client.shell_channel.send(message)
        self.cells[cell] = []
        return str(message["header"]["msg_id"])

    def interrupt_when(self, is_time: Callable[[], bool], code: str) -> list[Output]:
        """Run a cell, and interrupt the kernel once ``is_time``."""
        self._clock += 10
        message = self._execute(code, code)
        while not is_time():
            time.sleep(0.02)
        self.manager.interrupt_kernel()
        self._until_idle(message, code)
        return self.cells[code]

    def interrupted(self, cells: list[tuple[str, str]], after_s: float = 1.5) -> list[list[Output]]:
        """Run cells as "Run All" does, and interrupt the kernel after so many seconds."""
        self._clock += 10
        sent = [(self._execute(cell, code), cell) for cell, code in cells]
        time.sleep(after_s)
        self.manager.interrupt_kernel()
        for message, cell in sent:
            self._until_idle(message, cell)
        return [self.cells[cell] for _, cell in sent]

    # --- widgets

    def widget(self, output: Output, kind: str) -> list[str]:
        """The ids of the widgets of a kind (``ButtonModel``) in an output, in their order."""
        found: list[str] = []

        def search(model: str) -> None:
            state = self.widgets[model]
            if state.get("_model_name") == kind:
                found.append(model)
            for child in state.get("children", ()):
                search(child.removeprefix("IPY_MODEL_"))

        search(output.data[WIDGET_MIME]["model_id"])
        return found

    def type(self, output: Output, text: str, field: int = 0) -> None:
        """Type into a text field of an output's card."""
        self._comm(self.widget(output, "TextModel")[field], {"method": "update", "state": {"value": text}})

    def press(self, output: Output, *, force: bool = False) -> None:
        """Press the button of an output's card; a disabled one only by ``force``."""
        button = self.widget(output, "ButtonModel")[0]
        if not force:
            assert not self.widgets[button].get("disabled"), "the button is not armed"
        self._comm(button, {"method": "custom", "content": {"event": "click"}})

    def is_armed(self, output: Output) -> bool:
        """Whether the button of a card can be pressed."""
        return not self.widgets[self.widget(output, "ButtonModel")[0]].get("disabled")

    def shown_in(self, output: Output) -> str:
        """The HTML that the widgets of an output show now."""
        return "\n".join(
            str(self.widgets[each].get("value", "")) for each in self.widget(output, "HTMLModel")
        )

    def _comm(self, model: str, data: dict[str, Any]) -> None:
        self._clock += 10
        message = self.client.session.msg("comm_msg", {"comm_id": model, "data": data})
        message["header"]["date"] = datetime.fromtimestamp(1_700_000_000 + self._clock, UTC)
        self.client.shell_channel.send(message)
        self._until_idle(message["header"]["msg_id"], "")

    # --- messages

    def _until_idle(self, message: str, cell: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            self._answer()
            try:
                got = self.client.get_iopub_msg(timeout=0.1)
            except Empty:
                continue
            if self._take(got, message, cell):
                return
        raise AssertionError(f"{cell!r} did not end")

    def _answer(self) -> None:
        while self.client.stdin_channel.msg_ready():
            request = self.client.get_stdin_msg(timeout=1)
            self.asked.append(request["content"]["prompt"])
            self.client.input(self.answers.pop(0) if self.answers else "")

    def _take(self, got: dict[str, Any], message: str, cell: str) -> bool:
        """Take one message in; whether it says that ``message`` is done."""
        kind, content = got["header"]["msg_type"], got["content"]
        is_ours = got["parent_header"].get("msg_id") == message
        if kind == "status" and is_ours:
            return bool(content["execution_state"] == "idle")
        if kind == "comm_open":
            self.widgets[content["comm_id"]] = dict(content["data"].get("state", {}))
        elif kind == "comm_msg" and content["data"].get("method") == "update":
            self.widgets.setdefault(content["comm_id"], {}).update(content["data"]["state"])
        elif kind == "update_display_data":
            for output in self._by_display.get(content["transient"]["display_id"], ()):
                output.data, output.updates = content["data"], output.updates + 1
        elif kind in ("display_data", "execute_result", "stream", "error") and is_ours and cell:
            output = Output(content)
            self.cells[cell].append(output)
            if display := content.get("transient", {}).get("display_id"):
                self._by_display.setdefault(display, []).append(output)
        return False


def findings(outputs: list[Output]) -> dict[str, str]:
    """Finding id -> its status, of those that outputs show."""
    shown = (output.data[FINDING_MIME] for output in outputs if FINDING_MIME in output.data)
    return {finding["id"]: finding["status"] for finding in shown}


def verdict(outputs: list[Output]) -> str:
    """The verdict that a cell shows."""
    for output in outputs:
        if output.data.get(VIEW_MIME, {}).get("kind") == "diagnosis":
            return str(output.data[VIEW_MIME]["diagnosis"]["verdict"])
    raise AssertionError("no verdict is shown")


def diagnosis(outputs: list[Output]) -> dict[str, Any]:
    """The whole diagnosis in a cell's outputs."""
    return next(output.data[DIAGNOSIS_MIME] for output in outputs if DIAGNOSIS_MIME in output.data)


def card(outputs: list[Output]) -> Output:
    """The card of a fix among a cell's outputs."""
    return next(output for output in outputs if WIDGET_MIME in output.data)


def cells_of(notebook: Path) -> list[tuple[str, str]]:
    """The code cells of a notebook: id and source."""
    book = json.loads(notebook.read_text())
    return [(cell["id"], "".join(cell["source"])) for cell in book["cells"] if cell["cell_type"] == "code"]
