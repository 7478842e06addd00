"""The readers, one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import get_args

from runbooklab.observe.env_file.compose import read_as_compose
from runbooklab.observe.env_file.docker_run import read_as_docker_run
from runbooklab.observe.env_file.dotenv import read_as_dotenv
from runbooklab.observe.env_file.records import EnvReading, Reader
from runbooklab.observe.env_file.shell import read_as_shell
from runbooklab.observe.env_file.systemd import read_as_systemd
from runbooklab.observe.env_file.text import decoded

Read = Callable[[str, Mapping[str, str]], EnvReading]

#: The names that there are, in the order of documentation.
READERS: tuple[Reader, ...] = get_args(Reader)

_TABLE: dict[Reader, Read] = {
    "compose": read_as_compose,
    "docker-run": read_as_docker_run,
    "shell": read_as_shell,
    "dotenv": read_as_dotenv,
    "systemd": read_as_systemd,
}
#: Readers that take bytes as they come, also what is no UTF-8.
_TAKES_ANY_BYTES = frozenset({"shell", "systemd", "compose"})


def values_as(reader: Reader, data: bytes, environment: Mapping[str, str] | None = None) -> EnvReading:
    r"""The content of a .env file as ``reader`` reads it. Nothing is executed, and nothing raises.

    ``environment`` are the variables that the reader has before, for what the file refers to.

    >>> values_as("compose", b"A='x y' # why\r\n").values, values_as("docker-run", b"A='x y'").values
    ({'A': 'x y'}, {'A': "'x y'"})
    """
    text, mistake = decoded(data)
    if mistake is not None and (
        "\0" in text or reader not in _TAKES_ANY_BYTES or "UTF-16" in mistake.message
    ):
        return EnvReading(reader, mistakes=(mistake,))
    return _TABLE[reader](text, environment or {})
