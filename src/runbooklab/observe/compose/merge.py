"""Two Compose files as one: what the later says of the same thing, after Compose's rules. Pure.

Mappings merge, lists append, all else is replaced; some things are lists or mappings as one likes, and some
lists hold a thing only once. Source: the Compose specification, "Merge"; compose-go, ``override/merge.go``
and ``override/uncity.go``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runbooklab.errors import RunbookError
from runbooklab.observe.compose.located import Located, plain
from runbooklab.observe.compose.port import NotAPort, parse_port

#: Names below ``services.*`` that the later file replaces.
_REPLACED = {("command",), ("entrypoint",), ("healthcheck", "test")}
#: Lists of ``NAME=value``, or mappings of name to value, and what stands between the two.
_PAIRS = {
    ("environment",): "=",
    ("labels",): "=",
    ("annotations",): "=",
    ("sysctls",): "=",
    ("extra_hosts",): "=",
    ("build", "args"): "=",
    ("build", "labels"): "=",
    ("build", "additional_contexts"): "=",
    ("build", "extra_hosts"): "=",
    ("deploy", "labels"): "=",
}
#: Lists of names, or mappings of the name to settings.
_NAMED = {("depends_on",), ("networks",), ("models",)}
#: A text, or a list of texts.
_LISTS = {("dns",), ("dns_search",), ("dns_opt",), ("env_file",), ("tmpfs",), ("label_file",)}


class NotMerged(RunbookError):
    """Two values that Compose does not merge: its message says which, ``place`` where the later stands."""

    def __init__(self, message: str, place: Located) -> None:
        super().__init__(message)
        self.place = place


def merge(base: Located, over: Located, path: tuple[str, ...] = ()) -> Located:
    """``base`` with what ``over`` says. Raises :class:`NotMerged`."""
    if over.tag == "!override":
        return over
    of_service = path[2:] if path[:1] == ("services",) else ("",)
    if base.value is None or of_service in _REPLACED:
        return over
    if over.value is None:
        return base if isinstance(base.value, dict | list) else over
    if of_service == ("logging",) and _drivers_differ(base, over):
        return over
    base, over = _alike(base, over, of_service)
    if isinstance(base.value, dict):
        if not isinstance(over.value, dict):
            raise NotMerged(f"cannot override {'.'.join(path)}", over)
        return _mappings(base, over, path)
    if isinstance(base.value, list):
        if not isinstance(over.value, list):
            raise NotMerged(f"cannot override {'.'.join(path)}", over)
        return base.with_value(_unique([*base.value, *over.value], of_service, path))
    if isinstance(over.value, dict | list) and of_service[:1] != ("ulimits",):
        raise NotMerged(f"cannot override {'.'.join(path)}", over)
    return over


def without_resets(tree: Located) -> Located:
    """The tree without what is tagged ``!reset``."""
    if isinstance(tree.value, dict):
        kept = {name: without_resets(said) for name, said in tree.value.items() if said.tag != "!reset"}
        return tree.with_value(kept)
    if isinstance(tree.value, list):
        return tree.with_value([without_resets(said) for said in tree.value if said.tag != "!reset"])
    return tree


def _mappings(base: Located, over: Located, path: tuple[str, ...]) -> Located:
    merged = dict(base.mapping)
    for name, said in over.mapping.items():
        if said.tag == "!reset":
            merged.pop(name, None)
        elif name not in merged or name.startswith("x-"):
            merged[name] = said
        else:
            merged[name] = merge(merged[name], said, (*path, name))
    return base.with_value(merged)


def _drivers_differ(base: Located, over: Located) -> bool:
    drivers = [said.value for each in (base, over) if (said := each.at("driver")) is not None]
    return len(drivers) == 2 and drivers[0] != drivers[1]


def _alike(base: Located, over: Located, of_service: tuple[str, ...]) -> tuple[Located, Located]:
    """Both in one form, if Compose takes several."""
    if of_service in _PAIRS and type(base.value) is not type(over.value):
        between = _PAIRS[of_service]
        return _as_pairs(base, between), _as_pairs(over, between)
    if of_service in _NAMED and type(base.value) is not type(over.value):
        return _as_named(base, of_service), _as_named(over, of_service)
    if of_service in _LISTS:
        return _as_list(base), _as_list(over)
    if of_service == ("build",):
        return _as_build(base), _as_build(over)
    return base, over


def _as_pairs(tree: Located, between: str) -> Located:
    if not isinstance(tree.value, dict):
        return tree
    return tree.with_value(
        [
            said.with_value(name if said.value is None else f"{name}{between}{_word(said.value)}")
            for name, said in tree.mapping.items()
        ]
    )


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _as_named(tree: Located, of_service: tuple[str, ...]) -> Located:
    if not isinstance(tree.value, list):
        return tree
    waits = of_service == ("depends_on",)
    return tree.with_value(
        {
            str(said.value): said.with_value(
                {"condition": said.with_value("service_started")} if waits else None
            )
            for said in tree.items
        }
    )


def _as_list(tree: Located) -> Located:
    return tree if isinstance(tree.value, list) else tree.with_value([tree])


def _as_build(tree: Located) -> Located:
    return tree.with_value({"context": tree}) if isinstance(tree.value, str) else tree


def _unique(items: list[Located], of_service: tuple[str, ...], path: tuple[str, ...]) -> list[Located]:
    """Each thing once, as the last one says."""
    if of_service in _PAIRS:
        key: Callable[[Any], Any] = _name_of_pair
    elif path[:1] == ("networks",) and path[2:] == ("ipam", "config"):
        key = _subnet
    else:
        key = _KEYS.get(of_service, repr)
    last: dict[Any, Located] = {}
    for item in items:
        last[key(plain(item))] = item
    return list(last.values())


def _name_of_pair(said: Any) -> str:
    return str(said).partition("=")[0]


def _subnet(said: Any) -> Any:
    return said.get("subnet") or repr(said) if isinstance(said, dict) else repr(said)


def _port(said: Any) -> Any:
    try:
        port = parse_port(said)
    except NotAPort:
        return repr(said)
    return port.host_ip, port.host, port.inside, port.protocol


def _target(said: Any) -> str:
    """Where a volume or a device is in the container."""
    if isinstance(said, dict):
        return str(said.get("target"))
    source, colon, rest = str(said).partition(":")
    return rest.partition(":")[0] if colon else source


def _granted(said: Any) -> str:
    """Where a secret or a config is in the container."""
    return str(said.get("target") or said.get("source")) if isinstance(said, dict) else str(said)


#: Lists below ``services.*`` that hold a thing once: what it is recognised by.
_KEYS: dict[tuple[str, ...], Callable[[Any], Any]] = {
    ("ports",): _port,
    ("volumes",): _target,
    ("devices",): _target,
    ("secrets",): _granted,
    ("configs",): _granted,
    ("expose",): str,
}
