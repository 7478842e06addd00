"""``runbook redact``: secrets taken out of a file that was made elsewhere."""

from __future__ import annotations

import stat
from pathlib import Path

import click

#: The largest file, in bytes: it is held in memory several times.
MOST_BYTES = 8 << 20


@click.command(short_help="Replace the secrets in a file by tokens.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT", help="The file to write.")
@click.option("--in-place", is_flag=True, help="Replace FILE itself.")
def redact(file: Path, output: Path | None, in_place: bool) -> int:
    """Replace the secrets in FILE, a report, a notebook, JSON or a text, by stable tokens.

    The result goes to stdout unless -o or --in-place is given; only --in-place overwrites FILE itself.
    How many secrets of which kind were replaced goes to stderr. Secrets are recognised by their
    shape (a password in a URL, requirepass, a private key): review the result before you share it.
    Exit status: 0 done, 3 not done.

    \b
    Examples:
      runbook redact redis.log > redis-safe.log
      runbook redact report.html -o report-safe.html
      runbook redact notes.ipynb --in-place
    """
    from runbooklab.commands.output import to_stderr, to_stdout
    from runbooklab.errors import UserError
    from runbooklab.redaction import NotRedactable, Vault, redact_file

    if in_place and output is not None:
        raise click.UsageError("-o and --in-place exclude each other")
    data = _read(file)
    to = file if in_place else output
    if output is not None and _is_same(file, output):
        raise UserError("is the input itself", output, hint="use --in-place to replace it")
    try:
        result = redact_file(data, file.name, Vault())
    except NotRedactable as error:
        raise UserError(f"{error}; nothing was written", file) from None
    if to is None:
        to_stdout(result.data)
    else:
        _write(to, result.data, file)
    to_stderr(_told(file, result.kinds))
    return 0


def _read(path: Path) -> bytes:
    from runbooklab.files import PIPE_S, read_of_user

    return read_of_user(path, "split a file that is too large", MOST_BYTES, PIPE_S)


def _is_same(path: Path, other: Path) -> bool:
    return other.exists() and path.samefile(other)


def _write(path: Path, data: bytes, source: Path) -> None:
    from runbooklab.errors import UserError
    from runbooklab.files import write_atomic

    try:
        whole = path.resolve()  # a link stays a link
        write_atomic(whole, data, stat.S_IMODE(source.stat().st_mode))
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror or error}", path) from None


def _told(path: Path, kinds: dict[str, int]) -> str:
    from runbooklab.words import count

    if not kinds:
        return f"{path}: no secret was found"
    each = ", ".join(f"{number} × {kind}" for kind, number in kinds.items())
    return f"{path}: {count(sum(kinds.values()), 'place')} replaced: {each}"
