"""The engine's configuration file, and the flags that it may not repeat."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbooklab.domains.docker.probes.table import ENDPOINT
from runbooklab.domains.docker.readings.daemon_keys import FLAGS, problems
from runbooklab.domains.docker.records import ConfigProblem, DaemonConfig, Doubled
from runbooklab.domains.docker.target import DAEMON_CONFIG
from runbooklab.files import read_file
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runbooklab.domains.docker.context import Context

MOST_BYTES = 1 << 20
#: Where systemd has the engine's unit, the one that counts first, and the drop-ins to it.
UNITS = (
    "/etc/systemd/system/docker.service",
    "/run/systemd/system/docker.service",
    "/usr/local/lib/systemd/system/docker.service",
    "/lib/systemd/system/docker.service",
    "/usr/lib/systemd/system/docker.service",
)
DROP_INS = ("/etc/systemd/system/docker.service.d", "/run/systemd/system/docker.service.d")
_EXEC = re.compile(r"^\s*ExecStart\s*=\s*(.*)$", re.MULTILINE)


def daemon_config(ctx: Context) -> DaemonConfig:
    """The file parsed as the engine does it, its keys, and those that a flag sets too."""
    other, off = _makes_no_rules(ctx), _rules_off_in(ctx)
    if not ctx.target.daemon_config:
        return DaemonConfig("", "none", other_rules=other, iptables_flag_in=off)
    path = ctx.project / ctx.target.daemon_config
    ctx.note("file", f"read {path}")
    try:
        raw = read_file(path, MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return DaemonConfig(str(path), "missing", other_rules=other, iptables_flag_in=off)
    except (OSError, ValueError) as error:
        said = str(getattr(error, "strerror", None) or error)
        denied = isinstance(error, PermissionError)
        problem = () if denied else (ConfigProblem(said),)
        return DaemonConfig(str(path), "unreadable", problem, other_rules=other)
    if not raw.strip():
        return DaemonConfig(str(path), "read", empty=True, other_rules=other)
    text = raw.decode("utf-8", "replace")
    parsed, found = _parsed(raw, text)
    found += problems(parsed, text)
    return DaemonConfig(
        str(path),
        "read",
        problems=tuple(ConfigProblem(clean(each.message, ctx.vault), each.line, each.key) for each in found),
        doubled=tuple(_doubled(ctx, path, parsed, text)),
        keys=tuple(key[:80] for key in list(parsed)[:100]),
        iptables=parsed.get("iptables") is not False,
        other_rules=other or parsed.get("firewall-backend") == "nftables",
        iptables_flag_in=off,
        dns=tuple(str(each)[:80] for each in _list(parsed.get("dns"))[:10]),
    )


def _makes_no_rules(ctx: Context) -> bool:
    """Whether a flag of the engine keeps it from making rules of iptables."""
    flags = ("--iptables=false", "--firewall-backend=nftables")
    return any(flag in words for _, words in _command_lines(ctx) for flag in flags)


def _rules_off_in(ctx: Context) -> str:
    """Where the engine is told by a flag to make no rules; "" if nowhere."""
    return next((place for place, words in _command_lines(ctx) if "--iptables=false" in words), "")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _parsed(raw: bytes, text: str) -> tuple[dict[str, Any], list[ConfigProblem]]:
    """The first JSON value of the file, as the engine's decoder takes it, or where it stops."""
    if raw.startswith(b"\xef\xbb\xbf"):
        return {}, [
            ConfigProblem("the file starts with a byte order mark, which the engine does not take", 1)
        ]
    start = len(text) - len(text.lstrip())
    try:
        said, _ = json.JSONDecoder(parse_constant=_no_constant).raw_decode(text, start)
    except json.JSONDecodeError as error:
        return {}, [ConfigProblem(_plainly(error, text), error.lineno)]
    except (ValueError, RecursionError) as error:
        return {}, [ConfigProblem(str(error))]
    if said is None:
        return {}, []
    return (said, []) if isinstance(said, dict) else ({}, [ConfigProblem("the file holds no JSON object", 1)])


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _plainly(error: json.JSONDecodeError, text: str) -> str:
    """What the parser stumbles over, in words."""
    at = text[error.pos : error.pos + 1]
    if not at:
        return "the file ends too early: a bracket, a brace or a quote is not closed"
    before = text[: error.pos].rstrip()[-1:]
    if at in "}]" and before == ",":
        return f"there is a comma before {at}"
    if text[error.pos :].startswith(("//", "#", "/*")):
        return "there is a comment, which JSON does not have"
    return f"{error.msg[:1].lower()}{error.msg[1:]}, not {at!r}"


# --- flags -------------------------------------------------------------------------------------------


def _doubled(ctx: Context, path: Path, parsed: dict[str, Any], text: str) -> Iterator[Doubled]:
    seen: set[str] = set()
    for place, words in _command_lines(ctx):
        named = _config_file(words)
        is_meant = Path(named) == path or ctx.target.is_given(DAEMON_CONFIG) or not named
        for key, flag in _set_by(words) if is_meant else ():
            if key in parsed and key not in seen:
                seen.add(key)
                yield Doubled(key, flag, place, line_of(text, key))


def line_of(text: str, key: str) -> int:
    """The line of a key in a JSON text; 0 if it is not found."""
    found = re.search(rf'"{re.escape(key)}"\s*:', text)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def _config_file(words: list[str]) -> str:
    for place, word in enumerate(words):
        if word.startswith("--config-file="):
            return word.partition("=")[2]
        if word == "--config-file" and place + 1 < len(words):
            return words[place + 1]
    return ""


def _set_by(words: list[str]) -> Iterator[tuple[str, str]]:
    """Keys of the configuration that are set by the flags of a command line."""
    for word in words:
        flag = word.partition("=")[0]
        if flag.startswith("-H") and len(flag) > 2 and not flag.startswith("--"):
            flag = "-H"
        if flag in FLAGS:
            yield FLAGS[flag], flag


def _command_lines(ctx: Context) -> Iterator[tuple[str, list[str]]]:
    """How the engine is started: its unit, with what the drop-ins replace, and its process."""
    unit = _unit(ctx)
    if unit is not None:
        yield unit
    pid = (seen.engine_pid if (seen := ctx.wait(ENDPOINT).value) else 0) or 0
    if pid:
        with suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
            if words and Path(words[0]).name.startswith("dockerd"):
                ctx.note("process", f"read /proc/{pid}/cmdline")
                yield f"the process {pid} (dockerd)", words[1:]


def _unit(ctx: Context) -> tuple[str, list[str]] | None:
    found: tuple[str, list[str]] | None = None
    files = [next((Path(unit) for unit in UNITS if Path(unit).is_file()), None)]
    for folder in DROP_INS:
        with suppress(OSError):
            files += sorted(Path(folder).glob("*.conf"))[:20]
    for file in files:
        if file is None:
            continue
        with suppress(OSError, ValueError):
            text = read_file(file, MOST_BYTES).decode("utf-8", "replace").replace("\\\n", " ")
            ctx.note("file", f"read {file}")
            for line in _EXEC.findall(text):
                if line.strip():
                    found = str(file), shlex.split(line, comments=False)
    return found
