"""Where the Docker engine is, as the docker command would choose it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from docker.errors import TLSParameterError
from docker.tls import TLSConfig
from docker.utils import kwargs_from_env

DEFAULT_ENDPOINT = "unix:///var/run/docker.sock"


@dataclass(frozen=True)
class Endpoint:
    """``options`` are for docker-py's clients. ``problem`` says why none can be made."""

    url: str
    options: dict[str, Any] = field(default_factory=dict)
    problem: str = ""

    @property
    def place(self) -> str:
        """The URL for the ledger; "" for this host's usual engine."""
        return "" if self.url == DEFAULT_ENDPOINT else self.url


def endpoint() -> Endpoint:
    """DOCKER_HOST, else the context that DOCKER_CONTEXT or the client's configuration names, else the
    default socket.

    Source: docker/cli, ``resolveContextName``; Docker documentation, "Docker contexts".
    """
    if os.environ.get("DOCKER_HOST"):
        return _from_environment()
    name = os.environ.get("DOCKER_CONTEXT") or _current_context()
    if name in ("", "default"):
        return Endpoint(DEFAULT_ENDPOINT, {"base_url": DEFAULT_ENDPOINT})
    return _from_context(name)


def _from_environment() -> Endpoint:
    url = os.environ["DOCKER_HOST"]
    try:
        return Endpoint(url, dict(kwargs_from_env()))
    except TLSParameterError as error:  # DOCKER_TLS_VERIFY without its certificates
        return Endpoint(url, problem=str(error).splitlines()[0])


def _folder() -> Path:
    return Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")


def _current_context() -> str:
    """A client configuration that is missing or can't be read means the default endpoint."""
    try:
        said = msgspec.json.decode((_folder() / "config.json").read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError):
        return ""
    return str(said.get("currentContext") or "")


def _from_context(name: str) -> Endpoint:
    """docker-py reads contexts too, but looks for them in the wrong folder where there is no config.json."""
    key = sha256(name.encode()).hexdigest()
    try:
        said = msgspec.json.decode(
            (_folder() / "contexts" / "meta" / key / "meta.json").read_bytes(), type=_Context
        )
        engine = said.Endpoints["docker"]
    except FileNotFoundError:
        return Endpoint(f"context {name}", problem=f"the Docker context {name!r} does not exist")
    except (OSError, msgspec.MsgspecError, KeyError) as error:
        return Endpoint(f"context {name}", problem=f"the Docker context {name!r} cannot be read: {error}")
    tls = _tls(_folder() / "contexts" / "tls" / key / "docker", verify=not engine.SkipTLSVerify)
    return Endpoint(engine.Host, {"base_url": engine.Host, **({"tls": tls} if tls else {})})


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
