"""The variables with which Compose fills a Compose file in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from runbooklab.files import read_file
from runbooklab.observe.env_file import values_as

#: A file of variables has some kilobytes.
MOST_BYTES = 1 << 20


def file_variables(env_file: Path, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables that Compose takes from ``env_file``; none if it is not there or cannot be read.

    What a value refers to comes from ``environment``, here this process', before the file. The values are
    secrets: they belong into no record.
    """
    try:
        data = read_file(env_file, MOST_BYTES)
    except (OSError, ValueError):
        return {}
    return values_as("compose", data, os.environ if environment is None else environment).values


def compose_variables(env_file: Path, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """What Compose fills a file in with: :func:`file_variables`, and before them ``environment``."""
    before = os.environ if environment is None else environment
    return {**file_variables(env_file, before), **before}
