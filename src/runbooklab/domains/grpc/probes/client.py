"""What a real gRPC client sees of each worker, with gRPC's own resolver and with the system's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from runbooklab.domains.grpc.probes.client_process import MAY_NOT_ENTER
from runbooklab.domains.grpc.probes.proxy import VARIABLES
from runbooklab.domains.grpc.probes.table import WORKERS
from runbooklab.domains.grpc.probes.token import token_of
from runbooklab.domains.grpc.records import ClientCall, Clients, Resolver, Settings, Workers
from runbooklab.model.from_json import from_json
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.run_with_timeout import future
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.domains.grpc.context import Context

#: Starting the process and importing grpcio take so long, in seconds; the rest is the call's.
START_S = 1.0
RESOLVERS: tuple[Resolver, ...] = ("ares", "native")
_PROGRAM = "runbooklab.domains.grpc.probes.client_process"
#: Variables that the child keeps: where Python and its packages are.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV", "PYTHONPATH", "LD_LIBRARY_PATH", "SSL_CERT_FILE")


def clients(ctx: Context) -> Clients:
    """A call of a method that cannot exist, for each worker and resolver. Raises :class:`NotObserved`."""
    found = ctx.need(WORKERS)
    if not found.endpoints:
        raise NotObserved(Missing("not-applicable", "there is no worker to call"))
    seconds = ctx.timeout_s(0.93)
    begun = [future(partial(_called, ctx, found, resolver, seconds)) for resolver in RESOLVERS]
    calls = [call for result in begun for call in result(seconds + 0.1)]
    chosen = os.environ.get("GRPC_DNS_RESOLVER", "").strip().lower()
    return Clients(tuple(calls), next((each for each in RESOLVERS if each == chosen), ""))


def _called(ctx: Context, found: Workers, resolver: Resolver, seconds: float) -> tuple[ClientCall, ...]:
    kept = {name: os.environ[name] for name in VARIABLES if name in os.environ}
    calls = [{"address": end.address} for end in found.endpoints]
    return run_client(ctx, found.settings, calls, resolver, seconds, environment=kept)


def run_client(
    ctx: Context,
    settings: Settings,
    calls: Sequence[Mapping[str, str]],
    resolver: Resolver,
    seconds: float,
    *,
    environment: Mapping[str, str],
    pid: int = 0,
) -> tuple[ClientCall, ...]:
    """What the client says of each call, made all at once in a process of its own.

    ``calls`` have an ``address``, and ``dial`` if the client is to go to that target instead; ``environment``
    is added to what Python needs. If ``pid`` is given, the process makes them in the network of process
    ``pid``. Raises :class:`NotObserved`.
    """
    each = {
        "tls": settings.tls, "ca": settings.ca, "cert": settings.client_cert, "key": settings.client_key,
        "server_name": settings.server_name, "token": token_of(ctx), "seconds": max(seconds - START_S, 0.2),
    }  # fmt: skip
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    quiet = {"GRPC_VERBOSITY": "NONE", "GRPC_DNS_RESOLVER": resolver}
    ctx.note("grpc", f"grpcio ({resolver}): /runbooklab.Probe/None to {len(calls)}")
    try:
        done = subprocess.run(  # noqa: S603 # our own module; what others say is in its input alone
            [sys.executable, "-m", _PROGRAM, *([str(pid)] if pid else [])],
            input=json.dumps([{**each, **call} for call in calls]).encode(),
            env={**kept, **environment, **quiet},
            capture_output=True,
            timeout=seconds,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise NotObserved(Missing("deadline", f"the gRPC client took longer than {seconds:.1f} s")) from error
    except (subprocess.CalledProcessError, OSError) as error:
        if getattr(error, "returncode", 0) == MAY_NOT_ENTER:
            raise NotObserved(
                Missing("permission", f"the network of process {pid} may not be entered")
            ) from error
        raise NotObserved(Missing("error", f"the gRPC client could not run: {error}")) from error
    answers = from_json(done.stdout, list[_Answer])
    return tuple(
        ClientCall(said.address, resolver, said.code, clean(said.details, ctx.vault), said.ms)
        for said in answers
    )


class _Answer(Struct, frozen=True):
    address: str
    code: str
    details: str
    ms: float
