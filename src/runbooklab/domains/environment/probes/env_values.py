"""The values that the project's .env file gives: only for use within a probe, never for a record."""

from __future__ import annotations

from runbooklab.domains.environment.context import Context
from runbooklab.domains.environment.files import content
from runbooklab.domains.environment.place import path_of
from runbooklab.domains.environment.target import ENV_FILE
from runbooklab.observe.env_file import values_as


def env_values(ctx: Context) -> dict[str, str]:
    """Each variable's value, without quotes; empty if there is no file."""
    path = path_of(ctx, ENV_FILE)
    data = content(path).data if path is not None else b""
    values = values_as("dotenv", data.removeprefix(b"\xef\xbb\xbf")).values
    return {name: value.strip() for name, value in values.items()}
