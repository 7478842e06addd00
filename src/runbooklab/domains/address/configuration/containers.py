"""Compose files, Kubernetes manifests and task definitions: what a service gets as its environment."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from runbooklab.domains.address.configuration.leaves import LONGEST_ADDRESS, Leaf, text_kind

_ITEM = re.compile(r"\[\d+\]")
#: Files in a ConfigMap that are read.
MOST_FILES = 20
_DOCUMENT_IN_VALUE = re.compile(r"\.(?:ya?ml|properties|env|json|toml|ini|cfg)$")


def is_compose(name: str, leaves: Iterable[Leaf]) -> bool:
    """Whether these are services with an image or a build."""
    return (
        any(
            len(leaf.path) > 2 and leaf.path[0] == "services" and leaf.path[2] in ("image", "build")
            for leaf in leaves
        )
        or re.match(r"(?:docker-)?compose\b.*\.ya?ml$", name.lower()) is not None
    )


def is_kubernetes(leaves: Iterable[Leaf]) -> bool:
    """Whether a document has ``apiVersion`` and ``kind``."""
    roots = {(leaf.document, leaf.path[0]) for leaf in leaves if leaf.path}
    return any((document, "kind") in roots and (document, "apiVersion") in roots for document, _ in roots)


def of_compose(leaves: Iterable[Leaf]) -> list[Leaf]:
    """The services' variables: ``services.NAME.environment.VARIABLE``, given as a mapping or a list."""
    found = []
    for leaf in leaves:
        if len(leaf.path) < 4 or leaf.path[0] != "services" or leaf.path[2] != "environment":
            continue
        if _ITEM.fullmatch(leaf.path[3]):
            name, equals, value = leaf.head.partition("=")
            value = value if equals else f"${{{name}}}"  # a name alone is passed on from the shell
            leaf = replace(leaf, path=(*leaf.path[:3], name.strip()), value=value, kind=text_kind(value))
        elif leaf.kind == "empty":
            leaf = replace(leaf, value=f"${{{leaf.path[3]}}}", kind="text")
        found.append(leaf)
    return found


def env_files(leaves: Iterable[Leaf]) -> list[tuple[str, str]]:
    """The ``env_file`` of each service: the service's name and the path as written."""
    return [
        (leaf.path[1], leaf.value)
        for leaf in leaves
        if len(leaf.path) > 2 and leaf.path[0] == "services" and leaf.path[2] == "env_file"
        and leaf.kind == "text" and leaf.path[-1] not in ("required", "format")
    ]  # fmt: skip


def services(leaves: Iterable[Leaf]) -> dict[str, str]:
    """Each service and the port of this host at which Redis' port is published; "" if it is not."""
    found: dict[str, str] = {}
    for leaf in leaves:
        if len(leaf.path) > 2 and leaf.path[0] == "services":
            published = (
                re.fullmatch(r"(?:[\d.]+:)?(\d+):6379(?:/tcp)?", leaf.value) if "ports" in leaf.path else None
            )
            found[leaf.path[1]] = published[1] if published else found.get(leaf.path[1], "")
    return found


def with_named_values(leaves: list[Leaf]) -> list[Leaf]:
    """The same, and each ``{name: X, value: Y}`` of a list as a value named X."""
    pairs: dict[tuple[object, ...], dict[str, Leaf]] = {}
    for leaf in leaves:
        if len(leaf.path) > 1 and leaf.path[-1].lower() in ("name", "value", "valuefrom"):
            pairs.setdefault((leaf.document, *leaf.path[:-1]), {})[leaf.path[-1].lower()] = leaf
    named = [
        replace(pair["value"], path=(*pair["value"].path[:-2], pair["name"].value))
        for pair in pairs.values()
        if "name" in pair and "value" in pair and len(pair["value"].path) > 2
    ]
    taken = {id(pair[part]) for pair in pairs.values() if len(pair) > 1 for part in pair}
    return [leaf for leaf in leaves if id(leaf) not in taken] + named


def of_kubernetes(leaves: list[Leaf], read: Callable[[str, str], list[Leaf]]) -> list[Leaf]:
    """The same, with a Secret's base64 decoded and the files in a ConfigMap read."""
    kinds = {leaf.document: leaf.value for leaf in leaves if leaf.path == ("kind",)}
    found: list[Leaf] = []
    files = 0
    for leaf in leaves:
        is_file = len(leaf.path) > 1 and _DOCUMENT_IN_VALUE.search(leaf.path[-1]) is not None
        files += is_file
        if files > MOST_FILES and is_file:
            continue
        if kinds.get(leaf.document) == "Secret" and leaf.path[:1] == ("data",):
            leaf = _decoded(leaf)
        if leaf.path[:1] in (("data",), ("stringData",)) and is_file:
            inner = read(leaf.path[-1], leaf.value)
            found += [
                replace(
                    part, path=(*leaf.path, *part.path), line=leaf.line + part.line,
                    key_line=leaf.line + part.line, end_line=leaf.line + part.line,
                    document=leaf.document, secret=leaf.secret,
                )
                for part in inner
            ]  # fmt: skip
            continue
        found.append(leaf)
    return found


def _decoded(leaf: Leaf) -> Leaf:
    if len(leaf.value) > LONGEST_ADDRESS and not _DOCUMENT_IN_VALUE.search(leaf.path[-1]):
        return leaf
    try:
        value = base64.b64decode("".join(leaf.value.split()), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return leaf
    return replace(leaf, value=value.strip(), kind=text_kind(value.strip()), secret=leaf.value)
