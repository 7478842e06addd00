"""The certificate and the handshake of a TLS server. Nothing is sent after the handshake."""

from __future__ import annotations

import datetime
import ssl
import time
from typing import TYPE_CHECKING, Any

from runbooklab.domains.generic.probes.bounds import seen, within
from runbooklab.domains.generic.probes.fetch import tls_context, unusable_authority
from runbooklab.domains.generic.probes.hosts import (
    Place,
    host_in,
    place_in,
    refused_place,
    refused_values,
)
from runbooklab.domains.generic.probes.reach import reach
from runbooklab.domains.generic.records import Asked, Plan, Seen
from runbooklab.observe.net.tls_errors import plainly

if TYPE_CHECKING:
    import socket

    from cryptography.x509 import Certificate, Name

    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

#: Most names of a certificate that are kept.
MOST_NAMES = 200


def refused(asked: Asked) -> str:
    """Why this is never sent."""
    name = asked.option("server name")
    if why := next((why for text in asked.options.values() if (why := refused_values(text))), ""):
        return why
    if name and not host_in(name):
        return "`server name` is no host name."
    return refused_place(asked.subject)


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be sent."""
    return (Plan("tls", f"handshake with {asked.subject.plain}"),)


def command(asked: Asked) -> str:
    """The line with which a person sees the same."""
    place = place_in(asked.subject.plain)
    if place is None:
        return ""
    words = ["openssl", "s_client", "-connect", place.written, "-servername", _name(asked, place)]
    if asked.option("ca"):
        words += ["-CAfile", asked.option("ca")]
    dates = "openssl x509 -noout -subject -issuer -dates -ext subjectAltName"
    return f"{asked.shell.command(*words)} </dev/null | {dates}"


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Shake hands without checking anything, then once more as a client that does."""
    place = place_in(asked.subject.plain)
    assert place is not None
    ctx, name = within(ctx, asked), _name(asked, place)
    reached = reach(ctx, place)
    values: dict[str, Any] = dict(reached.values)
    if reached.sock is None:
        return seen(ctx, values, shown=reached.note, note=reached.note, unobserved=reached.unobserved)
    try:
        version, data = _shaken(ctx, reached.sock, _lenient(), place, name)
    except (OSError, ValueError) as error:
        problem = plainly(error)
        values |= {"error": problem, "timed_out": isinstance(error, TimeoutError)}
        note = f"No TLS handshake with {place.written}: {problem}."
        return seen(ctx, values, shown=note, note=note)
    values |= {"version": version, **_described(data)}
    why, unobserved = _distrust(ctx, asked, place, name)
    if unobserved:
        return seen(ctx, values, unobserved={"trusted": unobserved})
    values |= {"trusted": not why, "error": why}
    return seen(ctx, values)


def _lenient() -> ssl.SSLContext:
    """A client that takes every certificate and every version, so that what is wrong can be seen."""
    context = tls_context("", verifies=False)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def _shaken(
    ctx: Context[Target], sock: socket.socket, context: ssl.SSLContext, place: Place, name: str
) -> tuple[str, bytes]:
    """The version of TLS and the certificate. Raises :class:`OSError`."""
    began = time.monotonic()
    try:
        sock.settimeout(ctx.remaining_s())
        with context.wrap_socket(sock, server_hostname=name) as secured:
            return secured.version() or "", secured.getpeercert(binary_form=True) or b""
    finally:
        sock.close()
        ctx.note("tls", f"handshake with {place.written}", (time.monotonic() - began) * 1000)


def _distrust(ctx: Context[Target], asked: Asked, place: Place, name: str) -> tuple[str, str]:
    """Why a client does not trust the server, and why that could not be observed; "" for no reason."""
    if unusable := unusable_authority(asked.option("ca")):
        return "", unusable
    context = tls_context(asked.option("ca"), verifies=True)
    reached = reach(ctx, place)
    if reached.sock is None:
        return "", f"the second connection failed: {reached.note.rstrip('.')}"
    try:
        _shaken(ctx, reached.sock, context, place, name)
    except ssl.SSLCertVerificationError as error:
        return error.verify_message or plainly(error), ""
    except ssl.SSLError as error:
        return plainly(error), ""
    except OSError as error:
        return "", f"the second handshake failed: {plainly(error)}"
    return "", ""


def _described(data: bytes) -> dict[str, Any]:
    """What the certificate says: its last day, its names and who issued it."""
    from cryptography import x509
    from cryptography.x509.oid import ExtensionOID

    try:
        certificate = x509.load_der_x509_certificate(data)
        ends = certificate.not_valid_after_utc
        issuer = _named(certificate.issuer)
    except ValueError:
        return {}
    try:
        found = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
        names = [str(each.value) for each in found.value]  # type: ignore[attr-defined] # of general names
    except (x509.ExtensionNotFound, ValueError):
        names = _common_names(certificate)
    left = (ends - datetime.datetime.now(datetime.UTC)).total_seconds() / 86400
    return {
        "days_left": round(left, 2),
        "expires": f"{ends:%Y-%m-%d}",
        "names": names[:MOST_NAMES],
        "issuer": issuer,
    }


def _named(name: Name) -> str:
    return ", ".join(f"{part.rfc4514_attribute_name}={part.value!s}" for part in name)


def _common_names(certificate: Certificate) -> list[str]:
    from cryptography.x509.oid import NameOID

    return [str(part.value) for part in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]


def _name(asked: Asked, place: Place) -> str:
    return asked.option("server name") or place.host
