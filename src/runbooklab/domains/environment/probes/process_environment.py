"""Variables that change how the service runs: of this process, and before them those of the .env file."""

from __future__ import annotations

import ipaddress
import os
import re
import subprocess
from collections.abc import Mapping

from runbooklab.domains.environment.context import Context
from runbooklab.domains.environment.encoding import VARIABLES, encoding_of
from runbooklab.domains.environment.files import is_there
from runbooklab.domains.environment.place import at, project
from runbooklab.domains.environment.probes.env_values import env_values
from runbooklab.domains.environment.probes.table import PROJECT_CONFIG, VENV
from runbooklab.domains.environment.records.host import ProcessEnvironment
from runbooklab.redaction import clean, clean_setting

_PROXIES = ("grpc_proxy", "http_proxy", "https_proxy", "all_proxy")
#: What every service reaches on its own host.
_LOCAL = ("localhost", "127.0.0.1")
_HOST = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/@\s]*@)?([A-Za-z][A-Za-z0-9_-]*)(?=[:/]|$)")


def process_environment(ctx: Context) -> ProcessEnvironment:
    """Locale, proxies and a few more: what the .env file sets comes before this process' own."""
    root = project(ctx)
    of_file = env_values(ctx)
    variables = {**os.environ, **of_file}
    locale = {name: variables[name] for name in VARIABLES if variables.get(name)}
    seen = ctx.wait(VENV).value
    version = re.match(r"(\d+)\.(\d+)", seen.version) if seen is not None else None
    encoding, why = encoding_of(
        locale, (int(version[1]), int(version[2])) if version else (3, 11), _locales(ctx).__contains__
    )
    proxies = {name: _either(variables, name) for name in _PROXIES if _either(variables, name)}
    no_proxy = _either(variables, "no_proxy")
    espeak = variables.get("PHONEMIZER_ESPEAK_LIBRARY", "")
    names = (*_LOCAL, *_service_names(ctx, of_file)) if proxies else ()
    return ProcessEnvironment(
        locale={name: clean(value, ctx.vault) for name, value in locale.items()},
        encoding=clean(encoding, ctx.vault),
        why=clean(why, ctx.vault),
        sources={
            name: "the .env file" if {name, name.upper()} & of_file.keys() else "this process' environment"
            for name in (*locale, *proxies, "no_proxy", "NO_PROXY", "CUDA_VISIBLE_DEVICES")
            if name in variables or name.upper() in variables
        },
        proxies={name: clean_setting(name, value, ctx.vault) for name, value in proxies.items()},
        no_proxy=clean(no_proxy, ctx.vault),
        uncovered=tuple(clean(each, ctx.vault) for each in names if not _is_covered(each, no_proxy)),
        espeak_library=clean(espeak, ctx.vault),
        espeak_library_exists=not espeak or is_there(at(root, espeak)) or "/" not in espeak,
        cuda_visible_devices=_short(variables.get("CUDA_VISIBLE_DEVICES")),
    )


def _short(value: str | None) -> str | None:
    return None if value is None else value[:60]


def _either(variables: Mapping[str, str], name: str) -> str:
    """A variable in lower case, else in upper case: most clients read both."""
    return variables.get(name) or variables.get(name.upper()) or ""


def _locales(ctx: Context) -> set[str]:
    """The locales that this host has, in the forms in which people write them."""
    try:
        done = subprocess.run(
            ["/usr/bin/locale", "-a"],
            capture_output=True,
            timeout=ctx.remaining_s(1.0),
            stdin=subprocess.DEVNULL,
            check=False,
        )
        names = done.stdout[: 1 << 20].decode("utf-8", "replace").split()
    except (OSError, subprocess.SubprocessError):
        names = ["C", "POSIX", "C.utf8"]
    found = set(names)
    for name in names:
        base, dot, charset = name.partition(".")
        if dot and charset.lower() in ("utf8", "utf-8"):
            found |= {f"{base}.UTF-8", f"{base}.utf-8", f"{base}.utf8", f"{base}.UTF8"}
    return found


def _service_names(ctx: Context, of_file: Mapping[str, str]) -> tuple[str, ...]:
    """Hosts without a dot that the settings and the configuration name: services of this project."""
    config = ctx.wait(PROJECT_CONFIG).value
    plain = {name: value for name, value in of_file.items() if not name.lower().endswith("_proxy")}
    found = [host for value in plain.values() for host in _HOST.findall(value)]
    found += config.hosts if config is not None else ()
    return tuple(dict.fromkeys(host for host in found if host != "localhost"))[:20]


def _is_covered(host: str, no_proxy: str) -> bool:
    """Whether ``no_proxy`` keeps a host from the proxy: by name, as a suffix, as a network, or with ``*``."""
    for item in re.split(r"[,\s]+", no_proxy.lower()):
        entry = item.partition(":")[0] if item.count(":") == 1 else item
        if entry in ("*", host.lower()) or (entry and host.lower().endswith(f".{entry.lstrip('.')}")):
            return True
        if "/" in entry and _is_in(host, entry):
            return True
    return False


def _is_in(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
