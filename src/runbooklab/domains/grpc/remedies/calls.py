"""Plans for TLS, credentials, services and limits: most are settings of programs, which a person changes."""

from __future__ import annotations

import re

from runbooklab.domain.steps import Steps
from runbooklab.domains.grpc.inspections import certificate, command, health, services
from runbooklab.domains.grpc.readings.said import said
from runbooklab.domains.grpc.remedies.site import Site
from runbooklab.domains.grpc.signs.texts import TEXTS
from runbooklab.domains.grpc.thresholds import LEAST_KEEPALIVE_S, USUAL_MESSAGE_BYTES
from runbooklab.words import listed


def _setting(site: Site, text: str, *commands: str, confirm: str = "") -> Steps:
    """A plan that shows something and says which setting a person changes."""
    return Steps(
        commands=commands, changes=f"Nothing yet: {text}", risk="none", confirm=(confirm or site.again(),)
    )


def _log(site: Site) -> str:
    """The worker's log; without a container that anybody knows, the look again."""
    named = site.found is not None or site.e.target.worker_container
    return site.log if named else site.again()


def tls_on(site: Site) -> Steps:
    return _setting(
        site,
        "it shows whether the worker answers with TLS. Then set grpc.tls: on (and ca_file) in the "
        "orchestrator's configuration, and restart it.",
        site.again(worker_tls="on"),
    )


def tls_off(site: Site) -> Steps:
    return _setting(
        site,
        "it shows whether the worker answers without TLS. Then set grpc.tls: off in the orchestrator's "
        "configuration, or give the worker a certificate, which is better outside one host.",
        site.again(worker_tls="off"),
    )


def fix_tls_file(site: Site) -> Steps:
    named = [each for each in (site.settings.ca, site.settings.client_cert, site.settings.client_key) if each]
    return _setting(
        site,
        "it shows the files that are named. Put the right one there, or name it.",
        command("ls", "-l", *(named or ["/etc/ssl/certs"])),
    )


def give_ca(site: Site) -> Steps:
    return _setting(
        site,
        "it shows who issued the certificate. Give the orchestrator that authority's certificate "
        "(worker_ca, grpc.ca_file), from whoever runs it and not from this connection.",
        certificate(site.e),
        confirm=site.again(worker_ca="CA.pem"),
    )


def renew_certificate(site: Site) -> Steps:
    dates = f"{certificate(site.e)} 2> /dev/null | openssl x509 -noout -dates -ext subjectAltName"
    return _setting(
        site,
        "it shows until when the certificate is valid and for whom. Have it issued again (the name that is"
        f" called is {site.worker.end.host}, as a subjectAltName), put it in the worker's place and restart"
        " the worker.",
        dates,
    )


def sync_clock(site: Site) -> Steps:
    return _setting(
        site,
        "it shows this host's clock beside network time. If the clock is off, set it right (timedatectl "
        "set-ntp true); if it is right, the certificate is too new.",
        "date -u",
        "timedatectl status",
    )


def set_server_name(site: Site) -> Steps:
    tls = site.worker.tls
    name = next((each for each in (tls.names if tls is not None else ()) if not each.startswith("*")), "")
    if not name:
        return renew_certificate(site)
    return _setting(
        site,
        f"it shows whether the worker answers as {name}, for which its certificate is. Then call it by "
        f"that name, or set grpc.server_name: {name} (the channel option grpc.ssl_target_name_override). "
        "Better: a certificate for the name that is called.",
        site.again(worker_server_name=name),
    )


def give_client_certificate(site: Site) -> Steps:
    shown = site.again(worker_client_cert="client.pem", worker_client_key="client.key")
    return _setting(
        site,
        "it shows whether the worker answers with a client certificate, once client.pem and client.key "
        "are the ones that its authority has issued. Then name them in grpc.client_cert and grpc.client_key.",
        shown,
        confirm=shown,
    )


def offer_http2(site: Site) -> Steps:
    return _setting(
        site,
        "it shows that no protocol is chosen. Let what ends TLS offer h2 by ALPN (nginx: listen ... ssl; "
        "http2 on; grpc_pass), or let TLS through to the worker.",
        certificate(site.e),
    )


def raise_tls_version(site: Site) -> Steps:
    return _setting(site, "it shows the refusal. Let the worker speak TLS 1.2 or 1.3.", certificate(site.e))


def set_token(site: Site) -> Steps:
    again = site.again()
    token = again if "worker_token" in again else f'{again} -p worker_token "env:WORKER_TOKEN"'
    return Steps(
        commands=("read -rs WORKER_TOKEN && export WORKER_TOKEN", token),
        changes=(
            "Nothing yet: type the token, then see whether the worker accepts it. Give it to the orchestrator"
            " where it keeps its secrets, never on a command line."
        ),
        risk="none",
        confirm=(token,),
    )


def deploy_same_protos(site: Site) -> Steps:
    has = site.worker.services
    offers = f" It offers {listed(list(has))}." if has else ""
    wants = f" The orchestrator calls {site.settings.service}." if site.settings.service else ""
    return _setting(
        site,
        f"it lists what the worker offers.{offers}{wants} Deploy both sides with code generated from the "
        "same protos.",
        services(site.e),
    )


def add_health(site: Site) -> Steps:
    return _setting(
        site,
        "it lists what the worker offers. Add grpc.health.v1.Health to the server (grpcio-health-checking: "
        "add_HealthServicer_to_server).",
        services(site.e),
    )


def add_threads(site: Site) -> Steps:
    return _setting(
        site,
        "it shows whether Health answers. Give the server more threads than calls that it takes at once "
        "(futures.ThreadPoolExecutor), and Health an executor of its own; or run more workers.",
        health(site.e),
    )


def raise_concurrency(site: Site) -> Steps:
    return _setting(
        site,
        "it shows the refusal. Raise maximum_concurrent_rpcs of grpc.server, as far as its threads and "
        "memory go, or run more workers.",
        health(site.e),
    )


def raise_streams(site: Site) -> Steps:
    return _setting(
        site,
        "it shows that a connection of one's own is answered. Raise grpc.max_concurrent_streams of the "
        "server, or let the orchestrator use several channels.",
        health(site.e),
    )


def raise_message_limit(site: Site) -> Steps:
    found = said(site.e, TEXTS["message-too-large"])
    sizes = [int(digits) for digits in re.findall(r"\d+", found.line.rpartition("(")[2])] if found else []
    size = max(site.settings.max_message_bytes, USUAL_MESSAGE_BYTES, *sizes) * 2
    return _setting(
        site,
        "it looks at the worker again. Stream the audio in pieces (a server-streaming method), which "
        f"needs no limit; or set grpc.max_receive_message_length on the side that refuses, to {size} bytes "
        "for a start: each such message is held in memory whole.",
        _log(site),
    )


def shrink_metadata(site: Site) -> Steps:
    return _setting(
        site,
        "it looks at the worker again. Send less metadata (8 KiB in all), such as a smaller token; or raise "
        "grpc.max_metadata_size.",
        _log(site),
    )


def ping_less(site: Site) -> Steps:
    return _setting(
        site,
        f"it shows whether the worker puts up with a ping every {LEAST_KEEPALIVE_S} s. Set"
        f" grpc.keepalive_time_ms to {LEAST_KEEPALIVE_S * 1000} or more in the orchestrator; or let the"
        " worker allow more: grpc.http2.min_ping_interval_without_data_ms.",
        site.again(keepalive_s=str(LEAST_KEEPALIVE_S)),
    )


def raise_deadline(site: Site) -> Steps:
    new = f"{site.settings.deadline_s * 3:g}"
    return _setting(
        site,
        f"it looks again with a deadline of {new} s. Set deadline_s above the longest synthesis, or "
        "stream, so that the first audio comes early.",
        site.again(rpc_deadline_s=new),
    )


def channel_after_fork(site: Site) -> Steps:
    return _setting(
        site,
        "it looks for forks. Make channels after the fork (gunicorn: post_fork, without preload_app; "
        "multiprocessing: spawn).",
        "ps -ef --forest",
    )


def retry(site: Site) -> Steps:
    return _setting(
        site,
        "it looks again. Let the orchestrator try a call again that got UNAVAILABLE (a retryPolicy in "
        "its service config): an old connection is replaced at once.",
        site.again(),
    )
