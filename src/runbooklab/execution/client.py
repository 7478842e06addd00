"""Executes a notebook's cells in a kernel that is already running: nbclient without its waits."""

from __future__ import annotations

import asyncio
import textwrap
from collections import defaultdict
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from traitlets import Any as AnyTrait

from runbooklab.execution.attempt import Attempt
from runbooklab.execution.launch import Kernel
from runbooklab.execution.output_size import OutputSize

_POLL_S = 0.05
_ASK_AGAIN_S = 1.0


def execute(manager: Any, attempt: Attempt) -> None:
    """Execute all cells of papermill's ``manager.nb`` and note in ``attempt`` what went wrong."""
    attempt.notebook = manager.nb
    client = RunbookClient(manager.nb, kernel=attempt.kernel, allow_errors=True, timeout=None)
    _complete(_execute(client, manager, attempt), client.kernel)


def _complete(work: Coroutine[Any, Any, None], kernel: Kernel) -> None:
    """Wait for ``work``, in another thread if this one runs an event loop, as in a notebook's cell."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
        return
    with ThreadPoolExecutor(1) as pool:
        try:
            pool.submit(asyncio.run, work).result()
        except BaseException:  # Ctrl-C: the work ends with the kernel
            kernel.kill()
            raise


async def _execute(client: RunbookClient, manager: Any, attempt: Attempt) -> None:
    try:
        await client.connect()
        for index, cell in enumerate(manager.nb.cells):
            if cell.cell_type == "code":
                await _execute_cell(client, manager, attempt, cell, index)
    except DeadKernelError:
        attempt.problem = f"the kernel ended: {client.kernel.how_it_ended()}"
    finally:
        client.disconnect()


async def _execute_cell(client: RunbookClient, manager: Any, attempt: Attempt, cell: Any, index: int) -> None:
    attempt.on_cell_start(cell)
    manager.cell_start(cell, index)
    try:
        await client.async_execute_cell(cell, index)
    except DeadKernelError:
        attempt.cut_off = cell
        manager.cell_exception(cell, index)
        raise
    finally:
        manager.cell_complete(cell, index)
        attempt.on_cell_end(cell)
    for output in cell.outputs:
        if output.output_type == "error":
            manager.cell_exception(cell, index)
            attempt.raised.append((cell, _in_short(f"{output.ename}: {output.evalue}")))


def _in_short(text: str) -> str:
    """One line of at most 300 characters."""
    return textwrap.shorten(text[:10_000], 300, placeholder=" …")


class RunbookClient(NotebookClient):
    """An nbclient that connects to a running :class:`Kernel` and notices its end at once."""

    kernel: Kernel = AnyTrait()  # type: ignore[assignment] # a traitlet gives what it holds
    kc: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._sizes: dict[int, OutputSize] = defaultdict(OutputSize)

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Handle a message of the kernel, unless its cell has printed too much already."""
        fitting = self._sizes[cell_index].fit(msg)
        return None if fitting is None else super().process_message(fitting, cell, cell_index)

    async def connect(self) -> None:
        """Wait until the kernel answers and its outputs reach us; raises :class:`DeadKernelError`.

        jupyter_client waits until nothing more comes for 0.2 s. Here the first message on the output
        channel proves that we are subscribed: a kernel greets each subscriber (JEP 65), and an
        older one at least reports that it is busy with our request.
        """
        context = zmq.asyncio.Context()
        context.reconnect_ivl = 10  # ms; the kernel has not made its sockets yet
        self.kc = AsyncKernelClient(context=context)
        self.kc.load_connection_info(self.kernel.connection)
        self.kc.start_channels(stdin=False, hb=False, control=False)
        self.kc.allow_stdin = False
        question = self.kc.kernel_info()
        asked = self._now()
        while not await self._heard():
            await self._async_check_alive()
            if not self.kernel.reachable():  # its folder was removed, with its sockets
                raise DeadKernelError("Kernel cannot be reached")
            if self._now() - asked > _ASK_AGAIN_S:
                question, asked = self.kc.kernel_info(), self._now()
        await self._note_language(question)

    async def _heard(self) -> bool:
        try:
            await self.kc.iopub_channel.get_msg(timeout=_POLL_S)
        except Empty:
            return False
        return True

    async def _note_language(self, question: str) -> None:
        while True:
            try:
                reply = await self.kc.shell_channel.get_msg(timeout=_POLL_S)
            except Empty:
                await self._async_check_alive()
                continue
            if reply["parent_header"].get("msg_id") == question:
                self.nb.metadata["language_info"] = reply["content"]["language_info"]
                return

    def disconnect(self) -> None:
        """Close the channels; the kernel is ended by its owner."""
        if self.kc is not None:
            context = self.kc.context
            self.kc.stop_channels()
            context.destroy(linger=0)
            self.kc = None

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    async def _async_check_alive(self) -> None:
        if not self.kernel.alive():
            raise DeadKernelError("Kernel died")

    async def _async_poll_kernel_alive(self) -> None:
        while self.kernel.alive():
            await asyncio.sleep(_POLL_S)
        if self.task_poll_for_reply is not None:
            self.task_poll_for_reply.cancel()
