"""The configuration: parsed, its values held against their keys, its variables looked up."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec.structs import replace

from runbooklab.domains.environment.context import Context
from runbooklab.domains.environment.files import MOST_BYTES, content, is_there
from runbooklab.domains.environment.identity import READ, barrier, service_user
from runbooklab.domains.environment.place import path_of, shown
from runbooklab.domains.environment.records.settings import BadValue, ProjectConfig, Reference
from runbooklab.domains.environment.schema import misfit
from runbooklab.domains.environment.target import ENV_FILE, ORCHESTRATOR_CONFIG, items
from runbooklab.domains.environment.yaml_values import NotYaml, Value, values_of
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.env_file import READERS, values_as
from runbooklab.redaction import clean, clean_setting, learn_secrets

MOST = 20
MOST_LINE = 300
#: ``${NAME}``, ``${NAME:-default}``, ``$NAME``; ``$$`` is a dollar sign. A name in lower case needs braces.
_REFERENCES = re.compile(
    r"(?<!\$)\$(?:\{(?:env:|ENV:|oc\.env:|env\.)?(?P<braced>[A-Za-z_][A-Za-z0-9_]*)(?P<rest>[^{}]*)\}"
    r"|(?P<plain>[A-Z_][A-Z0-9_]{2,}))"
)
_YAML_NAMES = (".yaml", ".yml", ".json", "")
_HOST = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/@\s]*@)?([A-Za-z][A-Za-z0-9_-]*)(?=[:/]|$)")


def project_config(ctx: Context) -> ProjectConfig:
    """The file that ``orchestrator_config`` names."""
    path = _path(ctx)
    ctx.note("file", f"read {path}")
    found = content(path)
    given = ctx.target.is_given(ORCHESTRATOR_CONFIG)
    record = ProjectConfig(
        path=shown(ctx, path), state=found.state, given=given, message=found.message, format=_format(path)
    )
    if found.state == "missing" and not given:
        raise NotObserved(Missing("not-applicable", f"{record.path} does not exist, and nobody named it"))
    if found.state != "file":
        return record
    why = _unreadable_for(ctx, path)
    if why:
        return replace(record, state="unreadable", message=why)
    try:
        text = found.data.decode("utf-16" if found.data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = found.data.count(b"\n", 0, error.start) + 1
        return replace(record, problem="not-text", line=line, message="it is not UTF-8 text")
    learn_secrets(text[: MOST_BYTES // 4], ctx.vault)
    try:
        values = _values(text, record.format)
    except NotYaml as mistake:
        return replace(
            record,
            problem="invalid-yaml",
            message=clean(str(mistake), ctx.vault),
            line=mistake.line,
            column=mistake.column,
            excerpt=_excerpt(ctx, text, mistake.line),
        )
    return _judged_later(ctx, record, text, values)


def _path(ctx: Context) -> Path:
    path = path_of(ctx, ORCHESTRATOR_CONFIG)
    if path is None:
        raise NotObserved(Missing("not-applicable", "no configuration file is named"))
    beside = ctx.project / ctx.vault.reveal(ctx.target.orchestrator_config)
    is_given = ctx.target.is_given(ORCHESTRATOR_CONFIG)
    return beside if is_given and not is_there(path) and is_there(beside) else path


def _unreadable_for(ctx: Context, path: Path) -> str:
    """Why the service's user, if one is named, may not read a file; "" if nothing keeps them out."""
    if not ctx.target.service_user:
        return ""
    try:
        kept_out = barrier(path, service_user(ctx), READ)
    except (OSError, NotObserved):
        return ""
    return clean(kept_out.why, ctx.vault) if kept_out is not None and not kept_out.has_acl else ""


def _format(path: Path) -> str:
    suffix = path.suffix.lower()
    return "JSON" if suffix == ".json" else "YAML" if suffix in _YAML_NAMES else suffix[1:].upper()


def _values(text: str, kind: str) -> list[Value]:
    """The values of a YAML or JSON file; of TOML, only whether it parses; of others, its lines."""
    if kind in ("YAML", "JSON"):
        return values_of(text)
    if kind == "TOML":
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            raise NotYaml(str(error), int(line[1]) if line else 0) from None
    return [Value("", line, "text", number) for number, line in enumerate(text.splitlines(), 1)]


def _judged_later(ctx: Context, record: ProjectConfig, text: str, values: list[Value]) -> ProjectConfig:
    """The record with the values that do not fit and the variables that nobody sets."""
    references = list(_references(values))
    known = _known(ctx)
    unset = [each for each in references if each.name not in known and each.name not in os.environ]
    hosts = [host for value in values for host in _HOST.findall(value.text)]
    return replace(
        record,
        bad_values=tuple(_bad_values(ctx, values))[:MOST],
        unset=tuple({each.name: each for each in reversed(unset)}.values())[::-1][:MOST],
        references=len(references),
        hosts=tuple(clean(host, ctx.vault) for host in dict.fromkeys(hosts) if host != "localhost")[:MOST],
        excerpt=_excerpt(ctx, text, unset[0].line if unset else 0),
    )


def _bad_values(ctx: Context, values: Iterable[Value]) -> Iterator[BadValue]:
    for value in values:
        expected = misfit(value)
        if expected:
            name = value.key.rpartition(".")[2]
            written = clean_setting(name, value.text, ctx.vault)[:60]
            found = value.kind if value.kind in ("a list", "a section", "empty") else repr(written)
            yield BadValue(clean(value.key, ctx.vault) or "the file", value.line, expected, found)


def _references(values: Iterable[Value]) -> Iterator[Reference]:
    """Variables without a default of their own."""
    for value in values:
        for match in _REFERENCES.finditer(value.text):
            rest = match["rest"] or ""
            if not re.match(r":?[-+]|,", rest):  # ${NAME:-default}
                yield Reference(match["braced"] or match["plain"], value.key, value.line)


def _known(ctx: Context) -> set[str]:
    """Names that the project's .env file sets for one of its readers."""
    path = path_of(ctx, ENV_FILE)
    data = content(path).data if path is not None else b""
    known = set(values_as("dotenv", data.removeprefix(b"\xef\xbb\xbf")).values)
    for reader in READERS:
        if reader in items(ctx.target.env_file_readers):
            known |= {each.name for each in values_as(reader, data, dict(os.environ)).assignments}
    return known


def _excerpt(ctx: Context, text: str, line: int) -> str:
    """The line and two more on either side, cleaned as a whole before they are cut."""
    if not line:
        return ""
    lines = ctx.vault.redact(text[: MOST_BYTES // 4]).splitlines()
    around = lines[max(line - 3, 0) : line + 2]
    return clean("\n".join(each[:MOST_LINE] for each in around), ctx.vault)
