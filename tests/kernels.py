"""A kernel of a kernelspec, started as any client of Jupyter starts it."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from jupyter_client.manager import start_new_async_kernel

PATIENCE_S = 90


@dataclass
class Kernel:
    """A kernel that runs, and its client."""

    manager: Any
    client: Any
    runner: asyncio.Runner
    messages: list[dict[str, Any]] = field(default_factory=list)

    def run(self, code: str) -> dict[str, Any]:
        """Execute ``code``; its outputs are in ``messages``, its reply is returned."""
        self.messages = []
        work = self.client.execute_interactive(code, timeout=PATIENCE_S, output_hook=self.messages.append)
        return dict(self.runner.run(work)["content"])

    def interrupt_soon(self) -> None:
        """Interrupt it in a second, when the next cell runs."""
        threading.Timer(1, os.kill, (self.manager.provisioner.pid, signal.SIGINT)).start()

    def outputs(self, kind: str) -> list[dict[str, Any]]:
        """The content of the last cell's messages of ``kind``."""
        return [message["content"] for message in self.messages if message["msg_type"] == kind]


@contextmanager
def kernel_of(name: str) -> Iterator[Kernel]:
    """A kernel of the kernelspec ``name``."""
    with asyncio.Runner() as runner:
        manager, client = runner.run(start_new_async_kernel(kernel_name=name, startup_timeout=PATIENCE_S))
        try:
            yield Kernel(manager, client, runner)
        finally:
            client.stop_channels()
            runner.run(manager.shutdown_kernel(now=True))
            client.context.destroy(linger=0)
            manager.context.destroy(linger=0)
