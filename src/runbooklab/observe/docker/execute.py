"""Running a closed-list command inside a container, with a deadline."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from docker.errors import APIError
from requests.exceptions import RequestException, Timeout

from runbooklab.observe.docker.client import reading_client
from runbooklab.observe.docker.guard import LOOKUPS, Tool
from runbooklab.observe.docker.records import ExecResult
from runbooklab.observe.docker.stream import read_stream
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

MOST_OUTPUT = 64 * 1024
KEPT_OUTPUT = 4000
#: Exit statuses for a program that isn't in the image (Docker documentation, "docker run").
_NO_PROGRAM = frozenset({126, 127})


def run_inside(
    ctx: Context[Target],
    container: str,
    argv: tuple[str, ...],
    password: str = "",
    keep: int = KEPT_OUTPUT,
    tool: Tool = LOOKUPS,
    errors: bool = True,
) -> ExecResult:
    """Run ``argv`` in ``container`` (name or id); ``keep`` is the most characters of redacted output.

    ``argv`` must be one of ``tool``'s command lines. ``errors``: whether its error output is part of the
    output. ``password`` is passed in the tool's environment
    variable, never on a command line. A paused or stopped container, a missing program and a deadline are
    outcomes, not errors.
    """
    began = time.perf_counter()

    def result(outcome: str, exit_code: int | None = None, output: str = "") -> ExecResult:
        ms = round((time.perf_counter() - began) * 1000, 1)
        return ExecResult(argv, outcome, exit_code, clean(output, ctx.vault)[:keep], ms)  # type: ignore[arg-type] # callers below pass literals

    try:
        text, code = _executed(ctx, container, argv, password, tool, errors)
    except (TimeoutError, Timeout) as error:
        return result("timeout", output=str(error))
    except APIError as error:
        explanation = str(error.explanation or error)
        return result(_refusal(error.status_code or 0, explanation), output=explanation)
    except RequestException as error:
        return result("error", output=type(error).__name__)
    if code in _NO_PROGRAM and ("not found" in text or "no such file" in text.lower()):
        return result("no-tool", code, text)
    return result("ok", code, text)


def _executed(
    ctx: Context[Target], container: str, argv: tuple[str, ...], password: str, tool: Tool, errors: bool
) -> tuple[str, int | None]:
    """The output and the exit status. Raises what the engine's client raises."""
    environment = {tool.credential: password} if password else None
    with reading_client(ctx, tool=tool) as client:
        exec_id = client.exec_create(container, list(argv), environment=environment, stderr=errors)["Id"]
        output, _ = read_stream(
            client,
            "POST",
            f"/exec/{exec_id}/start",
            json={"Detach": False, "Tty": False},
            most_bytes=MOST_OUTPUT,
            seconds=ctx.timeout_s(),
        )
        return output.decode("utf-8", "backslashreplace"), client.exec_inspect(exec_id).get("ExitCode")


def _refusal(status: int, explanation: str) -> str:
    if "paused" in explanation:
        return "container-paused"
    if "not running" in explanation or status == 409:
        return "container-not-running"
    if "not found" in explanation:
        return "no-tool"
    return "error"
