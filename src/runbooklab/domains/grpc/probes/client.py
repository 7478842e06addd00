"""What a real gRPC client sees of each worker, with gRPC's own resolver and with the system's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from runbooklab.domains.grpc.probes.proxy import VARIABLES
from runbooklab.domains.grpc.probes.table import WORKERS
from runbooklab.domains.grpc.probes.token import token_of
from runbooklab.domains.grpc.records import ClientCall, Clients, Resolver, Workers
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
#: Variables that the child keeps, besides those of proxies: where Python and its packages are.
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
    settings, token = found.settings, token_of(ctx)
    each = {
        "tls": settings.tls, "ca": settings.ca, "cert": settings.client_cert, "key": settings.client_key,
        "server_name": settings.server_name, "token": token, "seconds": max(seconds - START_S, 0.2),
    }  # fmt: skip
    calls: list[dict[str, Any]] = [{"address": end.address, **each} for end in found.endpoints]
    kept = {name: os.environ[name] for name in (*_KEPT, *VARIABLES) if name in os.environ}
    quiet = {"GRPC_VERBOSITY": "NONE", "GRPC_DNS_RESOLVER": resolver}
    ctx.note("grpc", f"grpcio ({resolver}): /runbooklab.Probe/None to {len(calls)}")
    try:
        done = subprocess.run(  # noqa: S603 # our own module; what others say is in its input alone
            [sys.executable, "-m", _PROGRAM],
            input=json.dumps(calls).encode(),
            env=kept | quiet,
            capture_output=True,
            timeout=seconds,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise NotObserved(Missing("deadline", f"the gRPC client took longer than {seconds:.1f} s")) from error
    except (subprocess.CalledProcessError, OSError) as error:
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
