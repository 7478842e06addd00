"""The kernel ``Runbook``, started from its kernelspec."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kernels import Kernel, kernel_of
from runbooklab import session
from runbooklab.notebook.scratch import LAB_SECRETS_VARIABLE, Handover

SECRET = "Zq7wV-bT9xKm2"
LEARN = f"from runbooklab.notebook.scratch import session_vault; _ = session_vault().learn({SECRET!r})"


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with kernel_of("runbook") as started:
        yield started


def test_the_words_are_there_without_an_import(kernel: Kernel) -> None:
    """Every word of a cell is a name from the start, and %who lists only what a person made."""
    reply = kernel.run(f"[{', '.join(session.__all__)}] and None")
    assert reply["status"] == "ok"
    kernel.run("%who")
    assert kernel.outputs("stream") == [{"name": "stdout", "text": "Interactive namespace is empty.\n"}]


def test_it_keeps_no_history(kernel: Kernel) -> None:
    """What was typed is not written to the user's home."""
    kernel.run("print(get_ipython().history_manager.enabled)")
    assert kernel.outputs("stream") == [{"name": "stdout", "text": "False\n"}]


@pytest.mark.parametrize(
    "code",
    [
        f"print('AUTH {SECRET}')",
        f"import sys; print('AUTH {SECRET}', file=sys.stderr)",
        f"'{SECRET}'",
        f"display({{'text/html': '<b>{SECRET}</b>', 'text/plain': '{SECRET}'}}, raw=True)",
        f"h = display('x', display_id=True); h.update('{SECRET}')",
        f"raise ValueError('{SECRET}')",
    ],
)
def test_no_output_holds_a_secret_that_it_knows(kernel: Kernel, code: str) -> None:
    """Printed, displayed, updated, returned or raised: the token is there in its place."""
    kernel.run(LEARN)
    reply = kernel.run(code)
    outputs = [message for message in kernel.messages if message["msg_type"] != "execute_input"]
    assert SECRET not in json.dumps([reply, outputs], default=str)
    assert "***secret-" in json.dumps(outputs, default=str)


@pytest.mark.parametrize("sleep", ["import time; time.sleep(60)", "import asyncio; await asyncio.sleep(5)"])
def test_an_interrupt_is_one_line(kernel: Kernel, sleep: str) -> None:
    """An interrupted cell shows one line; its reply is an error, so the cells after it don't run."""
    kernel.interrupt_soon()
    assert kernel.run(sleep)["status"] == "error"
    (shown,) = kernel.outputs("error")
    assert shown["traceback"] == ["Interrupted."]


def test_an_interrupt_of_our_word_says_what_to_do(kernel: Kernel) -> None:
    """Within our own modules it names the next step, and shows none of them."""
    kernel.run(
        "import time\nfrom runbooklab.words import unique\n"
        "class Taken(set):\n    def __contains__(self, name): time.sleep(60)"
    )
    kernel.interrupt_soon()
    assert kernel.run("unique('a', Taken())")["status"] == "error"
    (shown,) = kernel.outputs("error")
    assert shown["traceback"] == ["Interrupted. Run the cell again to look again."]


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="needs files without a name")
def test_the_server_gets_what_the_kernel_learned_through_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a cell the file without a name holds the secret; the kernel knew what was in it before."""
    handle = os.memfd_create("runbooklab")
    monkeypatch.setenv(LAB_SECRETS_VARIABLE, f"/proc/{os.getpid()}/fd/{handle}")
    try:
        with kernel_of("runbook") as kernel:
            kernel.run(LEARN)
            known = [row[1] for met in Handover(handle).shared() for row in met["secrets"]]
            assert SECRET in known
        with kernel_of("runbook") as second:
            second.run(f"print({SECRET!r})")
            assert "***secret-" in second.outputs("stream")[0]["text"]
    finally:
        os.close(handle)


def test_another_open_file_of_that_path_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A variable that outlived its JupyterLab may point at anything: it is not written to."""
    with (tmp_path / "other").open("wb") as other:
        monkeypatch.setenv(LAB_SECRETS_VARIABLE, f"/proc/{os.getpid()}/fd/{other.fileno()}")
        assert Handover.of_lab() is None
