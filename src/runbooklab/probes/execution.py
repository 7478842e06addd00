"""Running a closed-list command inside a container, with a deadline."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from docker.errors import APIError
from requests.exceptions import RequestException

from runbooklab.evidence import ExecResult
from runbooklab.probes.docker_client import reading_client
from runbooklab.probes.docker_guard import CREDENTIAL_VARIABLE
from runbooklab.probes.in_time import in_time
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.probes.context import Context

MOST_OUTPUT = 64 * 1024
KEPT_OUTPUT = 4000
#: Exit statuses for a program that isn't in the image (Docker documentation, "docker run").
_NO_PROGRAM = frozenset({126, 127})


def run_inside(
    ctx: Context, container: str, argv: tuple[str, ...], password: str = "", keep: int = KEPT_OUTPUT
) -> ExecResult:
    """Run ``argv`` in ``container`` (name or id); at most ``keep`` characters of output are kept, redacted.

    ``password`` is handed to redis-cli through REDISCLI_AUTH, never on a command line. A paused or
    stopped container, a missing program and a deadline are outcomes, not errors.
    """
    began = time.perf_counter()

    def result(outcome: str, exit_code: int | None = None, output: str = "") -> ExecResult:
        ms = round((time.perf_counter() - began) * 1000, 1)
        return ExecResult(argv, outcome, exit_code, clean(output, ctx.vault)[:keep], ms)  # type: ignore[arg-type] # callers below pass literals

    client = reading_client(ctx)

    def ask() -> tuple[bytes, int | None]:
        environment = {CREDENTIAL_VARIABLE: password} if password else None
        created = client.exec_create(container, list(argv), environment=environment)
        output = bytearray()
        for chunk in client.exec_start(created["Id"], stream=True):
            output += chunk
            if len(output) > MOST_OUTPUT:
                break
        return bytes(output), client.exec_inspect(created["Id"]).get("ExitCode")

    try:
        output, code = in_time(ask, ctx.patience())
    except TimeoutError as error:
        return result("timeout", output=str(error))
    except APIError as error:
        explanation = str(error.explanation or error)
        return result(_refusal(error.status_code or 0, explanation), output=explanation)
    except RequestException as error:
        late = "timed out" in str(error).lower() or "timeout" in type(error).__name__.lower()
        return result("timeout" if late else "error", output=type(error).__name__)
    text = output.decode("utf-8", "backslashreplace")
    if code in _NO_PROGRAM and ("not found" in text or "no such file" in text.lower()):
        return result("no-tool", code, text)
    return result("ok", code, text)


def _refusal(status: int, explanation: str) -> str:
    if "paused" in explanation:
        return "container-paused"
    if "not running" in explanation or status == 409:
        return "container-not-running"
    if "not found" in explanation:
        return "no-tool"
    return "error"
