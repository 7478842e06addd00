"""The ports that the orchestrator's configuration names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from runbooklab.domains.address.target import ORCHESTRATOR_CONFIG
from runbooklab.domains.ports.context import Context
from runbooklab.domains.ports.records import ConfiguredPort, ConfiguredPorts
from runbooklab.files import read_file
from runbooklab.model.observation import Missing
from runbooklab.observe.compose.yaml_document import NotYaml, document
from runbooklab.observe.context import NotObserved
from runbooklab.observe.net.addresses import is_any, leads_to_host
from runbooklab.redaction import clean

MOST_BYTES = 1 << 20
MOST_PORTS = 64
#: Keys whose number is a port: ``port``, ``grpc_port``, ``metrics-port``, ``listenPort``.
_KEY = re.compile(r"(?:^|[_-])(?i:port)$|[a-z]Port$")
_URL = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*://\S+$")
_PLACE = re.compile(r"^\[?(?P<host>[A-Za-z0-9_.:-]*?)\]?:(?P<port>\d{1,5})$")
#: Keys whose text may be HOST:PORT.
_ADDRESS = re.compile(r"addr|listen|bind|host|endpoint|target|server", re.I)
#: Ports of schemes that are written without one.
_DEFAULTS = {"redis": 6379, "rediss": 6379, "http": 80, "https": 443}


def configured_ports(ctx: Context) -> ConfiguredPorts:
    """Ports of this host in the configuration: of numbers called so, and of URLs that lead here."""
    name = ctx.target.orchestrator_config
    if not name:
        raise NotObserved(Missing("not-applicable", "no configuration is named"))
    path = ctx.project / Path(name).expanduser()
    ctx.note("file", f"read {path}")
    try:
        data = document(read_file(path, MOST_BYTES).decode()).data
    except (FileNotFoundError, NotADirectoryError):
        if ctx.target.is_default(ORCHESTRATOR_CONFIG):
            raise NotObserved(
                Missing("not-applicable", f"there is no {name}, and nobody named one")
            ) from None
        raise NotObserved(Missing("error", f"{path} is not there")) from None
    except (OSError, ValueError, NotYaml) as error:
        raise NotObserved(
            Missing("error", f"{path} cannot be read: {clean(str(error)[:200], ctx.vault)}")
        ) from None
    found = {row.port: row for row in ports_in(data, "")}
    rows = [
        ConfiguredPort(clean(row.key, ctx.vault), row.port, clean(row.host, ctx.vault))
        for row in list(found.values())[:MOST_PORTS]
    ]
    return ConfiguredPorts(str(path), tuple(rows))


def ports_in(data: Any, key: str) -> Iterator[ConfiguredPort]:
    """The ports of this host that ``data`` names, with their keys."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from ports_in(value, f"{key}.{name}" if key else str(name))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from ports_in(value, f"{key}.{number}")
    elif not isinstance(data, bool) and isinstance(data, int | str):
        yield from _leaf(data, key)


def _leaf(value: int | str, key: str) -> Iterator[ConfiguredPort]:
    last = key.rpartition(".")[2]
    text = str(value).strip()
    if _KEY.search(last) and text.isdigit() and 0 < int(text) <= 65535:
        yield ConfiguredPort(key, int(text))
        return
    host, port = _of_url(text) if _URL.match(text) else _of_place(text) if _ADDRESS.search(last) else ("", 0)
    if 0 < port <= 65535 and (is_any(host) or leads_to_host(host)):
        yield ConfiguredPort(key, port, host)


def _of_url(text: str) -> tuple[str, int]:
    try:
        parts = urlsplit(text)
        return parts.hostname or "", parts.port or _DEFAULTS.get(parts.scheme, 0)
    except ValueError:
        return "", 0


def _of_place(text: str) -> tuple[str, int]:
    found = _PLACE.match(text)
    return (found["host"], int(found["port"])) if found else ("", 0)
