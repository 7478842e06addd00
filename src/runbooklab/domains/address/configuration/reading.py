"""From the text of a configuration to the Redis URL that it means, and where each part of it came from."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.domains.address.configuration import absent
from runbooklab.domains.address.configuration.containers import (
    env_files,
    is_compose,
    is_kubernetes,
    of_compose,
    of_kubernetes,
    services,
    with_named_values,
)
from runbooklab.domains.address.configuration.flat_readers import read_env
from runbooklab.domains.address.configuration.formats import Format, format_of
from runbooklab.domains.address.configuration.leaves import Leaf, Mistake
from runbooklab.domains.address.configuration.places import ENVIRONMENTS, Section, ranked, sections
from runbooklab.domains.address.configuration.putting_together import Built, build
from runbooklab.domains.address.configuration.variables import Lookup
from runbooklab.words import listed

#: Variables that say which environment's section counts.
ENVIRONMENT_NAMES = (
    "RAILS_ENV", "RACK_ENV", "NODE_ENV", "APP_ENV", "ASPNETCORE_ENVIRONMENT", "SPRING_PROFILES_ACTIVE",
    "DJANGO_ENV", "ENVIRONMENT",
)  # fmt: skip
MOST_OTHERS = 5


class Surroundings(Struct, frozen=True):
    """What a configuration leaves to others; ``reads`` gives the text of a file beside it, or ""."""

    first: Lookup  # before a default in the file
    last: Lookup  # after it: this process' own environment
    reads: Callable[[str], str] = lambda path: ""
    container: str = ""  # the orchestrator's, if it runs in one


class Reading(Struct, frozen=True):
    """The Redis that a configuration names. It holds passwords: it must not outlive its use."""

    format: str
    key: str = ""
    line: int | None = None  # of the URL, or of what it is put together from
    url: str | None = None
    db: int | None = None
    connection_pool_size: int | None = None
    is_literal: bool = False  # the URL is in the file as it is
    origins: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    unread: str = ""  # why there is no URL, though nothing is wrong with the file
    unexpanded: str = ""  # a variable that is still in the credentials
    places: tuple[str, ...] = ()  # where the values of variables are, as the lookups named them
    password_beside: str = ""  # a password beside a URL without one, and is not read with it
    first_line: int = 1
    last_line: int = 0
    secrets: tuple[str, ...] = ()


def read(text: str, name: str, around: Surroundings, wanted: str = "") -> Reading:
    """What ``text``, the content of the file ``name``, says of Redis.

    ``wanted`` is the key to take (the parameter redis_url_key). Raises :class:`Mistake` if the file
    or the value in it cannot be used.
    """
    kind = format_of(name, text)
    if kind.reads is None:
        return Reading(kind.name, unread=absent.in_other_format(kind.name, text))
    try:
        return _of_leaves(kind, text, name, around, wanted)
    except Mistake as mistake:
        line = absent.template_line(text, mistake)
        if line is None:
            raise
        return Reading("a template", unread=absent.of_template(line))


def _of_leaves(kind: Format, text: str, name: str, around: Surroundings, wanted: str) -> Reading:
    leaves = kind.reads(text) if kind.reads else []
    all_leaves, format_name, inner_hosts = leaves, kind.name, {}
    if kind.name in ("YAML", "JSON"):
        if is_compose(name, leaves):
            format_name, inner_hosts = "Docker Compose", services(leaves)
            leaves = of_compose(leaves) + _of_env_files(leaves, around)
        else:
            leaves = with_named_values(leaves)
            if is_kubernetes(leaves):
                format_name = "Kubernetes"
                leaves = of_kubernetes(leaves, _inner)
    found = _wanted(leaves, wanted) if wanted else _places(leaves, around)
    if not found:
        if wanted:
            raise Mistake("redis-url-missing", _no_such_key(leaves, wanted))
        return Reading(format_name, unread=absent.nothing_found(format_name, all_leaves))
    return _of_section(found[0], found[1:], all_leaves, format_name, around, inner_hosts)


def _inner(name: str, text: str) -> list[Leaf]:
    kind = format_of(name, text)
    try:
        return kind.reads(text) if kind.reads else []
    except Mistake:
        return []


def _of_env_files(leaves: list[Leaf], around: Surroundings) -> list[Leaf]:
    found = []
    for service, path in env_files(leaves)[:20]:
        for leaf in read_env(around.reads(path)):
            found.append(replace(leaf, path=("services", service, f"env_file {path}", *leaf.path)))
    return found


def _places(leaves: list[Leaf], around: Surroundings) -> list[Section]:
    return ranked(sections(leaves), _environments(around), around.container.lower() or "orchestrator")


def _environments(around: Surroundings) -> dict[str, int]:
    """Environments by rank: the one that is set, then as usual."""
    set_to = _environment_set(around)
    order = [set_to[1].lower()] if set_to else []
    order += [name for name in ENVIRONMENTS if name not in order]
    return {name: rank for rank, name in enumerate(order)}


def _environment_set(around: Surroundings) -> tuple[str, str] | None:
    for name in ENVIRONMENT_NAMES:
        known = around.first(name) or around.last(name)
        if known and known[0]:
            return name, known[0]
    return None


def _wanted(leaves: list[Leaf], wanted: str) -> list[Section]:
    """The section that the parameter redis_url_key names: a value, or what holds url, host and port."""
    exact = [leaf for leaf in leaves if leaf.key == wanted or leaf.path == (wanted,)]
    if exact:
        return [Section(tuple(wanted.lower().split(".")), exact[-1].document, {"url": exact[-1]})]
    below = [leaf for leaf in leaves if leaf.key.startswith(f"{wanted}.")]
    return sections(replace(leaf, path=("redis", *leaf.path[len(wanted.split(".")) :])) for leaf in below)


def _no_such_key(leaves: Iterable[Leaf], wanted: str) -> str:
    keys = list(dict.fromkeys(leaf.key for leaf in leaves))
    near = difflib.get_close_matches(wanted, keys[:1000], n=3, cutoff=0.5) or keys[:3]
    there = f"; there is {listed(near)}" if near else ""
    return f"there is no key {wanted}, which the parameter redis_url_key names{there}"


def _of_section(
    section: Section, others: list[Section], leaves: list[Leaf], format_name: str, around: Surroundings,
    inner_hosts: Mapping[str, str],
) -> Reading:  # fmt: skip
    built = build(section, leaves, around.first, around.last)
    first, last = _extent(section, leaves)
    reading = Reading(
        format=format_name,
        key=built.key,
        line=section.leaf.line,
        url=built.url or None,
        db=built.db,
        connection_pool_size=built.pool,
        is_literal=built.is_literal,
        origins=(*_choice(section, others, leaves, around), *built.origins),
        others=tuple(other.leaf.spot for other in others[:MOST_OTHERS]),
        remarks=tuple(built.remarks),
        unread=built.unread,
        unexpanded=built.unexpanded,
        places=tuple(built.places),
        password_beside=built.password_beside,
        first_line=first,
        last_line=last,
        secrets=tuple(filter(None, (*built.secrets, *(leaf.secret for leaf in section.parts.values())))),
    )
    inside = "" if around.container else _inside(built, format_name, inner_hosts)
    return replace(reading, url=None, unread=inside) if inside and reading.url else reading


def _inside(built: Built, format_name: str, inner_hosts: Mapping[str, str]) -> str:
    """Why this host cannot use the URL of a service in a container, and how to check it; "" if it can."""
    place = re.match(r"\w+://(?:.*@)?([^:/?]+)", built.url)
    host = place[1] if place else ""
    if format_name == "Docker Compose" and host in inner_hosts:
        port = inner_hosts[host]
        from_here = (
            f"from this host with -p redis_url redis://localhost:{port}"
            if port
            else f"which publishes no port to this host, so -p redis_url redis://{host} finds it only inside"
        )
        return (
            f"{built.spot} leads to the Compose service {host}: check it from the client's container with "
            f"-p orchestrator_container NAME (docker compose ps lists it), or check {host} {from_here}"
        )
    if format_name == "Kubernetes" and ("." not in host or ".svc" in host) and host != "localhost":
        return (
            f"{built.spot} leads to {host}, a Service inside the cluster: run kubectl port-forward "
            f"service/{host.partition('.')[0]} 6379 and run again with -p redis_url redis://localhost:6379"
        )
    return ""


def _choice(
    section: Section, others: list[Section], leaves: list[Leaf], around: Surroundings
) -> Iterable[str]:
    """What was chosen from several: a document, an environment."""
    documents = {leaf.document for leaf in leaves}
    if len(documents) > 1:
        yield f"the file has {len(documents)} documents; number {section.document + 1} is used"
    named = [key for key in section.leaf.path if key.lower() in _environments(around)]
    if named and any(set(other.leaf.path) & {*ENVIRONMENTS} for other in others):
        known = _environment_set(around)
        why = f"{known[0]} is set to it" if known and known[1].lower() == named[0].lower() else "none is set"
        yield f"of the environments, {named[0]} is taken ({why})"


def _extent(section: Section, leaves: list[Leaf]) -> tuple[int, int]:
    """First and last line of what is quoted: the section that holds the value, or its own lines."""
    leaf = section.leaf
    own = [part for parts in (section.parts.values(), *section.items.values()) for part in parts]
    if leaf.parent[0]:
        own += [
            other for other in leaves if other.path[:-1] == leaf.path[:-1] and other.document == leaf.document
        ]
    first = min(
        part.parent[0] if part.path[:-1] == leaf.path[:-1] and part.parent[0] else part.key_line
        for part in own
    )
    near = [part for part in own if first <= part.key_line] or [leaf]
    return min(first, leaf.key_line), max(max(part.end_line, part.line) for part in near)


__all__ = ["Format", "Reading", "Surroundings", "read"]
