"""Where the Docker engine is, as the docker command would choose it."""

from __future__ import annotations

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec
from docker.errors import TLSParameterError
from docker.tls import TLSConfig
from msgspec import Struct, field

from runbooklab.files import read_file
from runbooklab.model.from_json import from_json
from runbooklab.model.parameter import Target
from runbooklab.observe.docker.records import FOLDER_PARAMETER

DEFAULT_ENDPOINT = "unix:///var/run/docker.sock"
#: Bytes of the docker command's own files that are read.
MOST_BYTES = 1 << 20

#: Schemes of an endpoint that the docker command supports and this tool does not.
#: Source: docker/cli, "docker context create"; dockerd(8), --host.
_NOT_SPOKEN = {
    "ssh": "this tool does not support ssh://",
    "npipe": "this tool does not support npipe:// here: it is a Windows pipe",
    "fd": "this tool does not support fd://: it is an address for the engine, not for a client",
}
_SPOKEN = frozenset({"unix", "tcp", "http", "https"})
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


class Endpoint(Struct, frozen=True):
    """``options`` are for docker-py's clients. ``problem`` says why none can be made, and ``outcome`` which
    kind of problem that is. ``file`` is what was read to find it.
    """

    url: str
    options: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    outcome: Literal["unusable", "context-missing"] = "unusable"
    file: str = ""

    @property
    def place(self) -> str:
        """The URL for the ledger; "" for this host's usual engine."""
        return "" if self.url == DEFAULT_ENDPOINT else self.url


def endpoint_of(target: Target) -> Endpoint:
    """The endpoint with the client's folder that the target names, if its runbook has such a parameter."""
    return endpoint(str(target.values.get(FOLDER_PARAMETER) or ""))


def client_folder(given: str = "") -> Path:
    """The folder of the client's configuration: the given one, else DOCKER_CONFIG, else ~/.docker."""
    return Path(given or os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker").expanduser()


def endpoint(folder: str = "") -> Endpoint:
    """DOCKER_HOST, else the context that DOCKER_CONTEXT or the client's configuration names, else the
    default socket.

    Source: docker/cli, ``resolveContextName``; Docker documentation, "Docker contexts".
    """
    place = client_folder(folder)
    if os.environ.get("DOCKER_HOST"):
        return _from_environment(place)
    named = os.environ.get("DOCKER_CONTEXT", "")
    name = named or current_context(place)
    file = "" if named else str(place / "config.json")
    if name in ("", "default"):
        return Endpoint(DEFAULT_ENDPOINT, {"base_url": DEFAULT_ENDPOINT}, file=file)
    return from_context(name, place)


def _from_environment(place: Path) -> Endpoint:
    """TLS if DOCKER_TLS_VERIFY or DOCKER_TLS is set, with the files in DOCKER_CERT_PATH.

    Source: docker/cli, ``cli/flags/options.go``.
    """
    url = os.environ["DOCKER_HOST"].strip()
    if not (os.environ.get("DOCKER_TLS_VERIFY") or os.environ.get("DOCKER_TLS")):
        return _usable(url, None)
    folder = Path(os.environ.get("DOCKER_CERT_PATH") or place)
    missing = [name for name in ("ca.pem", "cert.pem", "key.pem") if not (folder / name).is_file()]
    if missing:
        said = f"TLS is asked for (DOCKER_TLS_VERIFY), and {folder} holds no {', '.join(missing)}"
        return Endpoint(url, problem=said)
    return _usable(url, (folder, bool(os.environ.get("DOCKER_TLS_VERIFY"))))


def _usable(url: str, tls: tuple[Path, bool] | None, file: str = "") -> Endpoint:
    """The endpoint at ``url``; ``tls`` is the folder of the certificates, and whether they are verified."""
    scheme = found[1].lower() if (found := _SCHEME.match(url)) else ""
    if scheme and scheme not in _SPOKEN:
        said = _NOT_SPOKEN.get(scheme, f"this tool does not support {scheme}://")
        return Endpoint(url, problem=said, file=file)
    try:
        config = _tls(*tls) if tls is not None else None
    except TLSParameterError as error:
        return Endpoint(url, problem=f"TLS: {str(error).splitlines()[0]}", file=file)
    return Endpoint(url, {"base_url": url, **({"tls": config} if config else {})}, file=file)


def current_context(place: Path) -> str:
    """The context that the client's configuration in this folder names; "" for none.

    A configuration that is missing or can't be read means the default endpoint."""
    try:
        said = from_json(read_file(place / "config.json", MOST_BYTES), dict[str, Any])
    except (OSError, msgspec.MsgspecError, RecursionError):
        return ""
    return str(said.get("currentContext") or "")


def from_context(name: str, place: Path) -> Endpoint:
    """The endpoint of a context whose files are in the client's folder ``place``.

    docker-py reads contexts too, but searches the wrong folder for them if there is no config.json."""
    key = sha256(name.encode(errors="surrogateescape")).hexdigest()
    file = place / "contexts" / "meta" / key / "meta.json"
    try:
        said = from_json(read_file(file, MOST_BYTES), _Context)
        engine = said.Endpoints["docker"]
    except FileNotFoundError:
        problem = f"the Docker context {name!r} does not exist"
        return Endpoint(f"context {name}", problem=problem, outcome="context-missing")
    except (OSError, msgspec.MsgspecError, KeyError, RecursionError) as error:
        return Endpoint(f"context {name}", problem=f"the Docker context {name!r} cannot be read: {error}")
    tls = (place / "contexts" / "tls" / key / "docker", not engine.SkipTLSVerify)
    return _usable(engine.Host, tls, str(file))


class _Engine(msgspec.Struct):
    Host: str
    SkipTLSVerify: bool = False


class _Context(msgspec.Struct):
    Endpoints: dict[str, _Engine]


def _tls(folder: Path, verify: bool) -> TLSConfig | None:
    """The context's certificates, under the names the docker command gives them."""
    authority, certificate, key = (folder / name for name in ("ca.pem", "cert.pem", "key.pem"))
    pair = (str(certificate), str(key)) if certificate.exists() and key.exists() else None
    if pair is None and not authority.exists():
        return None
    return TLSConfig(client_cert=pair, ca_cert=str(authority) if authority.exists() else None, verify=verify)
