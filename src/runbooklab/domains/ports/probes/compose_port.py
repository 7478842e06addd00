"""The published ports of a service in a Compose file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from runbooklab.domains.ports.records import ComposePort
from runbooklab.observe.compose.file import ComposeFile
from runbooklab.observe.compose.port import NotAPort, parse_port
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.redaction import Vault

MOST_PORTS = 200


def ports_of(file: ComposeFile, name: str, said: dict[str, Any], vault: Vault) -> Iterator[ComposePort]:
    """The published ports of a service; an entry that Compose refuses says why."""
    entries = said.get("ports")
    if entries is None:
        return
    if not isinstance(entries, list):
        key = f"services.{name}.ports"
        yield ComposePort("ports", file.line(key), problem="ports must be a list", file=file.elsewhere(key))
        return
    for place, entry in enumerate(entries[:MOST_PORTS]):
        key = f"services.{name}.ports.{place}"
        key = f"{key}.published" if isinstance(entry, dict) else key
        yield one(entry, file.line(key), vault, file.elsewhere(key))


def one(entry: Any, line: int, vault: Vault, file: str = "") -> ComposePort:
    """One entry as Compose understands it; ``file``: where it stands, if not in the Compose file itself."""
    text = clean(_words(entry)[:200], vault)
    try:
        port = parse_port(entry)
    except NotAPort as refusal:
        return ComposePort(text, line, problem=clean(str(refusal)[:200], vault), file=file)
    first, last = port.host
    inside, inside_last = port.inside
    return ComposePort(
        text,
        line,
        port.host_ip,
        first,
        last,
        inside,
        inside_is_one=inside_last == inside,
        protocol=port.protocol,
        file=file,
    )


def _words(entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    return ", ".join(
        f"{name}: {value}" for name, value in entry.items() if not isinstance(value, dict | list)
    )
