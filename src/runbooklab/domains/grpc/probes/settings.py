"""How the orchestrator calls its workers: by the parameters, else by the section ``grpc`` of its file."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbooklab.domains.address.configuration.leaves import Mistake
from runbooklab.domains.address.probes.config import decode, path_of, read_bounded
from runbooklab.domains.grpc.records import Settings
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.domains.grpc.context import Context

_ON = ("on", "true", "yes", "1", "tls", "mtls", "required")
_OFF = ("off", "false", "no", "0", "none", "plaintext", "insecure")
#: ``${NAME}`` and ``${NAME:-default}``.
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*))?\}")
#: Names of the section, the usual one first.
SECTIONS = ("grpc", "grpc_worker", "grpc_workers")


#: What the parameters may be whose value is no path and no number: a wrong one would be called in vain.
_USABLE = {
    "worker_tls": (re.compile("|".join((*_ON, *_OFF)), re.IGNORECASE), "on or off"),
    "worker_service": (re.compile(r"\w+(?:\.\w+)*"), "a full name such as tts.v1.TextToSpeech"),
    "worker_server_name": (re.compile(r"[^\s/:@]+|\[?[0-9A-Fa-f:.]+\]?"), "a host's name"),
}


def settings_of(ctx: Context) -> Settings:
    """The settings; a configuration that is not there or cannot be read says nothing here.

    Raises :class:`NotObserved` for a parameter that can mean nothing.
    """
    target, section = ctx.target, _section(ctx)
    for name, (usable, wanted) in _USABLE.items():
        value = str(target.values.get(name, "")).strip()
        if value and not usable.fullmatch(value):
            raise NotObserved(Missing("error", f"{name} is {value[:80]!r}, not {wanted}"))
    tls, said_by = _tls(target.worker_tls, section)

    def given(parameter: str, *keys: str) -> str:
        return parameter or next((str(section[key]) for key in keys if section.get(key)), "")

    ca = given(target.worker_ca, "ca_file", "ca", "ca_cert", "root_ca")
    certificate = given(target.worker_client_cert, "client_cert", "client_cert_file")
    if not said_by and (target.worker_ca or target.worker_client_cert):
        tls, said_by = True, "a CA or a client certificate is given"

    def file(path: str) -> str:
        return str(path_of(ctx.vault.reveal(path), ctx.project)) if path else ""

    return Settings(
        tls=tls,
        tls_said_by=said_by,
        service=clean(given(target.worker_service, "service", "service_name"), ctx.vault),
        ca=file(ca) if tls else "",
        client_cert=file(certificate) if tls else "",
        client_key=file(given(target.worker_client_key, "client_key", "client_key_file")) if tls else "",
        server_name=clean(
            given(target.worker_server_name, "server_name", "ssl_target_name_override"), ctx.vault
        ),
        has_token=bool(target.worker_token),
        deadline_s=_number(target.rpc_deadline_s, 10.0, section.get("deadline_s")),
        max_message_bytes=int(
            _number(target.max_message_bytes, 4_194_304, section.get("max_receive_message_bytes"))
        ),
        keepalive_s=int(_number(target.keepalive_s, 0, section.get("keepalive_time_s"))),
    )


def _number(given: float, default: float, configured: Any) -> float:
    """The parameter unless it has its default and the configuration says otherwise."""
    if given != default or isinstance(configured, bool) or not isinstance(configured, int | float):
        return given
    return float(configured) if configured > 0 else given


def _tls(given: str, section: dict[str, Any]) -> tuple[bool, str]:
    """Whether TLS is spoken, and what says so."""
    words = (("worker_tls", given), ("grpc.tls in the configuration", section.get("tls")))
    for source, value in words:
        if isinstance(value, dict):
            value = value.get("enabled", True)
        word = str(value if value is not None else "").strip().lower()
        if word in _ON:
            return True, source
        if word in _OFF:
            return False, source
    return False, ""


def _section(ctx: Context) -> dict[str, Any]:
    """The section ``grpc`` of the orchestrator's configuration, variables filled in; {} if there is none."""
    if not ctx.target.orchestrator_config:
        return {}
    path = path_of(ctx.vault.reveal(ctx.target.orchestrator_config), ctx.project)
    content = _content(path)
    found: dict[str, Any] = next(
        (content[name] for name in SECTIONS if isinstance(content.get(name), dict)), {}
    )
    ctx.note("file", f"read {path}")
    flat = dict(found)
    if isinstance(found.get("tls"), dict):
        flat = {**found["tls"], **found}
    return {str(key): _filled(value) for key, value in flat.items()}


def _content(path: Path) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.load(decode(read_bounded(path)), yaml.CSafeLoader)
    except (Mistake, yaml.YAMLError, RecursionError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _filled(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return _VARIABLE.sub(lambda found: os.environ.get(found["name"]) or found["default"] or "", value)
