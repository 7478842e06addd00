"""One Redis URL from what a section says: a URL, host and port apart, a socket, a connection string."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from msgspec import Struct, field

from runbooklab.domains.address import redis_url_repair as repair
from runbooklab.domains.address.configuration.leaves import Leaf, Mistake
from runbooklab.domains.address.configuration.places import Part, Section, words_of
from runbooklab.domains.address.configuration.variables import Expansion, Lookup, expand, sealed
from runbooklab.errors import RunbookError
from runbooklab.words import listed

#: YAML tags that name an environment variable.
ENV_TAGS = frozenset({"!env", "!env_var", "!envvar", "!environ", "!os_env", "!getenv"})
_YES = frozenset({"true", "yes", "on", "1", "rediss", "tls", "ssl", "required", "require"})
#: Names of a value that is a URL and nothing else: host:port there lacks its scheme.
_URL_WORDS = frozenset({"url", "uri", "dsn"})
_HOST_AND_PORT = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?")


class Built(Struct):
    """What a section came to."""

    key: str = ""
    spot: str = ""
    url: str = ""
    db: int | None = None
    pool: int | None = None
    is_literal: bool = False
    origins: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)  # where the values of variables are
    unread: str = ""
    unexpanded: str = ""
    password_beside: str = ""


class _Unread(RunbookError):
    """A value that only another program can read; the text says why, and how to go on without it."""


def build(section: Section, leaves: Iterable[Leaf], first: Lookup, last: Lookup) -> Built:
    """The URL that ``section`` means. Raises :class:`Mistake` for a value of the wrong type."""
    leaf = section.leaf
    built = Built(key=leaf.key, spot=leaf.spot)
    values = _Values(section, built, _with_own_values(first, leaf, leaves), last)
    built.pool = values.number("pool", least=1)
    try:
        if "url" in section.parts:
            _from_url(section, values, built)
        elif len(section.items.get("cluster", ())) == 1 and "," not in section.parts["cluster"].value:
            section.parts["url"] = section.items.pop("cluster")[0]  # a list of one place
            _from_url(section, values, built)
        elif section.parts.keys() & {"sentinels", "cluster"}:
            raise _Unread(_several_places(section, values))
        else:
            _from_parts(values, built)
    except _Unread as why:
        built.url, built.unread = "", str(why)
    return built


def _with_own_values(first: Lookup, near: Leaf, leaves: Iterable[Leaf]) -> Lookup:
    """The same lookup, which finds the file's own values first: ``%(host)s``, ``${redis.host}``."""
    own = {}
    for leaf in leaves:
        if leaf.kind in ("text", "a number"):
            own[leaf.key] = leaf
            if leaf.path[:-1] == near.path[:-1]:
                own[leaf.path[-1]] = leaf

    def lookup(name: str) -> tuple[str, str] | None:
        leaf = own.get(name)
        if leaf is not None and leaf is not near and f"{{{name}" not in leaf.value:
            return leaf.value, f"line {leaf.line} of the same file"
        return first(name)

    return lookup


class _Values(Struct):
    """The section's values with their variables filled in; what was filled in is noted in ``built``."""

    section: Section
    built: Built
    first: Lookup
    last: Lookup

    def text(self, part: Part, *, may_stay: bool = False) -> str:
        """A value's text; ``may_stay``: a variable that is set nowhere may stay as it is written."""
        leaf = self.section.parts.get(part)
        if leaf is None:
            return ""
        if leaf.kind in ("a list", "a section") or part in self.section.items:
            wanted = "one text"
            raise _wrong(leaf, wanted)
        done = self._expanded(leaf)
        if done.unset and not may_stay:
            raise _Unread(_not_set(leaf, done.unset))
        self.built.origins += [f"{name} is from {place}" for name, place in dict.fromkeys(done.taken)]
        self.built.places += [place for _, place in done.taken]
        self.built.remarks += [
            f"{name} is set in this environment as well, to another value, which was not taken"
            for name in done.also
        ]
        if done.unset and may_stay:
            self.built.unexpanded = done.unset[0]
        return done.text

    def _expanded(self, leaf: Leaf) -> Expansion:
        if leaf.tag and leaf.tag.lower() not in ENV_TAGS:
            raise _Unread(
                f"{leaf.spot} has the tag {leaf.tag}, which only the orchestrator's own loader reads: "
                "run again with -p redis_url redis://HOST:PORT/DB, or -p redis_url env:REDIS_URL"
            )
        why = sealed(leaf.value)
        if why:
            raise _Unread(
                f"{leaf.spot} {why}: run again with the URL that the orchestrator gets, "
                "-p redis_url env:REDIS_URL"
            )
        value = leaf.value
        if leaf.tag and "$" not in value:
            name, _, default = value.strip().partition(" ")
            value = f"${{{name}:-{default.strip()}}}" if default.strip() else f"${{{name}}}"
        return expand(value, self.first, self.last)

    def number(self, part: Part, *, least: int, most: int = 999_999_999) -> int | None:
        leaf = self.section.parts.get(part)
        if leaf is None:
            return None
        try:
            text = self.text(part).strip()
        except _Unread:
            self.built.remarks.append(f"{leaf.spot} is left to a variable that is set nowhere here")
            return None
        if re.fullmatch(r"[0-9]{1,9}", text) and least <= int(text) <= most:
            return int(text)
        wanted = (
            f"a whole number of {least} or more" if most > 1 << 20 else f"a number from {least} to {most}"
        )
        address = re.match(r"(?:tcp|udp)://", text)
        if address:
            wanted += "; Docker and Kubernetes set such a value for a container or service of that name"
        raise _wrong(leaf, wanted, shown=text)


def _wrong(leaf: Leaf, wanted: str, shown: str = "") -> Mistake:
    """The mistake of a value that is of the wrong type, with its place."""
    is_item = bool(re.fullmatch(r"\[\d+\]", leaf.path[-1]))
    key = leaf.key.rpartition("[")[0] if is_item else leaf.key
    found = "a list" if is_item else leaf.kind
    value = f" ({(shown or leaf.value)[:40]!r})" if leaf.kind in ("text", "a number", "true or false") else ""
    line, column = leaf.parent if is_item and leaf.parent[0] else (leaf.line, leaf.column)
    return Mistake(
        "invalid-value", f"{key} is {found}{'' if is_item else value}, and must be {wanted}", line, column
    )


def _not_set(leaf: Leaf, names: list[str]) -> str:
    """That a variable's value is not known here, and how to pass it."""
    real = [name for name in names if re.fullmatch(r"[A-Za-z_]\w*", name)]
    run_again = (
        f"export {real[0]} as the orchestrator gets it and run again with -p redis_url env:{real[0]}"
        if real and len(names) == 1 and _is_all(leaf.value)
        else "run again with the URL that the orchestrator gets, -p redis_url env:REDIS_URL or "
        "redis://HOST:PORT/DB"
    )
    word = "the variable" if len(names) == 1 else "the variables"
    is_ = "is" if len(names) == 1 else "are"
    return (
        f"{leaf.spot} takes its value from {word} {listed(names)}, which {is_} set neither in a .env beside "
        f"the file nor in this environment, so what the orchestrator gets is not known: {run_again}"
    )


def _is_all(value: str) -> bool:
    """Whether a value is one variable and nothing else."""
    return re.fullmatch(r"\W{0,4}[\w.:\s'\"(\[/-]+\W*", value.strip()) is not None and "://" not in value


# --- a URL -----------------------------------------------------------------------------------


def _from_url(section: Section, values: _Values, built: Built) -> None:
    leaf = section.parts["url"]
    if leaf.kind not in ("text",) or "url" in section.items:
        raise _wrong(leaf, "text, such as redis://HOST:PORT")
    text = values.text("url", may_stay=True)
    if built.unexpanded and not _only_in_credentials(text):
        raise _Unread(_not_set(leaf, [built.unexpanded]))
    built.is_literal = text == leaf.value and not leaf.secret
    text = _as_url(text, words_of(leaf.path)[-1] in _URL_WORDS, built)
    scheme = text.partition("://")[0].lower()
    if re.search(r"sentinel|cluster", scheme):
        raise _Unread(f"{leaf.spot}: {repair.reason(text)} (-p redis_url)")
    if scheme in repair.OTHER_SYSTEMS and section.words != ("redis",):
        raise _Unread(
            f"{leaf.spot} is a URL of {repair.OTHER_SYSTEMS[scheme]}: run again with "
            "-p redis_url redis://HOST:PORT"
        )
    built.url = text
    built.db = values.number("db", least=0)
    _say_what_stands_beside(section, built)


def _only_in_credentials(text: str) -> bool:
    user_part, at, address = text.rpartition("@")
    return bool(at) and not repair.placeholder(address) and "://" in user_part


def _as_url(text: str, named_url: bool, built: Built) -> str:
    """Other ways to write an address as a URL; under a key named url it must be one already."""
    if re.match(r"unix:/(?!/)", text):
        built.remarks.append("unix:/ is written as unix:/// here, which redis-py reads")
        built.is_literal = False
        return "unix://" + text.partition(":")[2]
    options = repair.from_option_list(text)
    if options:
        built.origins.append("the URL is put together from a connection string of StackExchange.Redis")
        built.is_literal = False
        return options
    if repair.is_option_list(text) or ("," in text and "://" not in text):
        raise _Unread(
            f"{built.spot} names several places: check each by itself, with -p redis_url redis://HOST:PORT"
        )
    place = _HOST_AND_PORT.fullmatch(text.strip())
    if place and not named_url:
        built.is_literal = False
        built.origins.append(f"the URL is put together from {built.spot}")
        return f"redis://{place[0]}"
    return text


def _say_what_stands_beside(section: Section, built: Built) -> None:
    """A password, a user or a host beside a URL: redis-py's from_url takes the URL's own."""
    user_part = built.url.partition("://")[2].rpartition("@")[0]
    has: dict[Part, bool] = {"password": ":" in user_part, "username": bool(user_part)}
    for part in has:
        leaf = section.parts.get(part)
        if leaf is None or leaf.kind in ("a list", "a section"):
            continue
        if part == "password":
            built.secrets.append(leaf.value)
            built.password_beside = "" if has[part] else leaf.spot
        built.remarks.append(
            f"{leaf.spot} is not read beside the URL: redis-py takes the {part} from the URL alone"
        )
    apart = [section.parts[part].spot for part in ("host", "port") if part in section.parts]
    if apart:
        built.remarks.append(f"{listed(apart)} {'is' if len(apart) == 1 else 'are'} not read beside the URL")


# --- host and port apart ---------------------------------------------------------------------


def _from_parts(values: _Values, built: Built) -> None:
    section = values.section
    host = values.text("host").strip()
    password, user = (values.text(part, may_stay=True) for part in ("password", "username"))
    built.secrets.append(password)
    port, built.db = values.number("port", least=0, most=65535), values.number("db", least=0)
    tls = _is_on(section.parts.get("tls"), values)
    credentials = f"{quote(user, safe='')}:{quote(password, safe='')}@" if password else ""
    if user and not password:
        built.remarks.append(f"{section.parts['username'].spot} is there without a password")
    socket = host if host.startswith("/") else "" if host else values.text("socket")
    if socket.startswith("/"):
        built.url = f"unix://{credentials}{socket}"
    elif "://" in host:
        _host_with_scheme(host, credentials, port, built)
    else:
        place = _place(host or "localhost", port, section)
        built.url = f"{'rediss' if tls else 'redis'}://{credentials}{place}"
    if not host and not socket:
        built.remarks.append("no host is named, so localhost is taken, as clients do")
    order: tuple[Part, ...] = ("host", "port", "socket", "username", "password", "tls")
    used = [section.parts[part].spot for part in order if part in section.parts]
    built.origins.insert(0, f"the URL is put together from {listed(used, 8)}")


def _place(host: str, port: int | None, section: Section) -> str:
    """``host:port``, whichever of the two values holds the port."""
    found = _HOST_AND_PORT.fullmatch(host)
    if found is None and re.fullmatch(r"[0-9A-Fa-f:]+", host):
        host, found = f"[{host}]", None
    elif found is None and "," in host:
        raise _Unread(
            f"{section.parts['host'].spot} names several hosts: check each by itself, with "
            "-p redis_url redis://HOST:PORT"
        )
    if found and found["port"]:
        return host
    return f"{host}:{port if port is not None else 6379}"


def _host_with_scheme(host: str, credentials: str, port: int | None, built: Built) -> None:
    """``tls://host`` and ``redis://host``, as phpredis and some others take them for a host."""
    scheme, _, rest = host.partition("://")
    known = repair.SAME_MEANING.get(scheme.lower(), scheme.lower())
    if known not in repair.SCHEMES:
        raise _Unread(
            f"{built.spot} is {scheme}://…, which is no host: run again with -p redis_url redis://HOST:PORT"
        )
    built.remarks.append(f"{built.spot} holds the scheme {scheme}:// in front of the host")
    bare = rest.strip("/")
    built.url = (
        f"{known}://{credentials}{bare}{'' if ':' in bare else f':{port if port is not None else 6379}'}"
    )


def _is_on(leaf: Leaf | None, values: _Values) -> bool:
    if leaf is None:
        return False
    if leaf.kind == "a section":  # Node's tls: {} switches it on
        return True
    return values.text("tls").strip().lower() in _YES


def _several_places(section: Section, values: _Values) -> str:
    """Sentinels and clusters have no single address to check."""
    part: Part = "sentinels" if "sentinels" in section.parts else "cluster"
    leaf = section.parts[part]
    nodes = [item.strip() for entry in section.items.get(part, [leaf]) for item in entry.value.split(",")]
    shown = listed([node for node in nodes if node and "@" not in node], 6)
    place = _HOST_AND_PORT.search(nodes[0].partition("://")[2] or nodes[0]) if nodes else None
    host = place["host"] if place else "HOST"
    if part == "cluster":
        port = (place["port"] if place else None) or "6379"
        return (
            f"{leaf.spot} names the nodes of a cluster ({shown}), which have no single URL: check one of "
            f"them with -p redis_url redis://{host}:{port}"
        )
    port = (place["port"] if place else None) or "26379"
    master = values.text("master") or "mymaster"
    return (
        f"{leaf.spot} names Sentinels ({shown}), which know where the master {master} is: ask one with "
        f"redis-cli -h {host} -p {port} SENTINEL get-master-addr-by-name {master}, and check its answer "
        "with -p redis_url redis://HOST:PORT"
    )
