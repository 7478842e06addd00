"""The remedies for workers, one row each: id, what it does as an imperative, who plans it."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domain.remedy import Remedy, RemedyRows
from runbooklab.domain.steps import Steps
from runbooklab.domains.container.remedies.names import refused
from runbooklab.domains.container.remedies.site import Site as ContainerSite
from runbooklab.domains.container.remedies.table import ENGINE
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.remedies import address, calls, containers
from runbooklab.domains.grpc.remedies.about import about
from runbooklab.domains.grpc.remedies.site import Site


def _finish(steps: Steps, e: Evidence) -> Steps:
    return refused(steps, e)


def _remedy(
    id_: str, title: str, steps: Callable[[Site], Steps], fits: Callable[[Site], bool] = lambda site: True
) -> Remedy[Evidence]:
    """One row, whose plans are about the worker at which its cause was found."""
    rows = RemedyRows[Evidence, Site](lambda e: Site(about(id_, e)), _finish)
    return rows.row(id_, title, steps, fits=fits)


_engine = RemedyRows(ContainerSite, refused).row

REMEDIES: tuple[Remedy[Evidence], ...] = (
    *(_engine(*row) for row in ENGINE),
    _remedy("start-container", "Start the worker's container", containers.start_container),
    _remedy("unpause-container", "Unpause the worker's container", containers.unpause_container),
    _remedy("run-container", "Create and start the worker's container", containers.run_container),
    _remedy("stop-crash-loop", "Stop the restarts and read the log", containers.stop_crash_loop),
    _remedy("raise-memory-limit", "Raise the container's memory limit", containers.raise_memory_limit),
    _remedy("start-orchestrator", "Start the orchestrator's container", containers.start_orchestrator),
    _remedy("unpause-orchestrator", "Unpause the orchestrator's container", containers.unpause_orchestrator),
    _remedy("inspect-orchestrator", "Look at the orchestrator's container", containers.inspect_orchestrator),
    _remedy("resume-worker", "Let the worker's process go on", containers.resume),
    _remedy("start-worker", "Start the worker", containers.start_worker),
    _remedy("restart-worker", "Restart the worker", containers.start_worker),
    _remedy("read-worker-log", "Read the worker's log", containers.read_log),
    _remedy("raise-cpu-limit", "Give the container more processor time", containers.raise_cpu),
    _remedy("publish-port", "Publish the worker's port", containers.publish),
    _remedy("fix-worker-port", "Lead the address to the port that is listened on", containers.fix_port),
    _remedy(
        "bind-all-addresses", "Let the worker listen on all addresses of its container", containers.bind_all
    ),
    _remedy("listen-on-both-families", "Let the worker listen on IPv4 and IPv6", containers.bind_all),
    _remedy(
        "connect-network", "Put the worker and the orchestrator on one network", containers.connect_network
    ),
    _remedy("fix-worker-address", "Advertise an address that leads to the worker", address.fix_address),
    _remedy(
        "call-published-port",
        "Call the worker at its published port",
        address.fix_address,
        fits=lambda site: bool(site.found is not None and address.is_published(site)),
    ),
    _remedy("use-native-resolver", "Let gRPC use the system's resolver", address.native_resolver),
    _remedy("except-from-proxy", "Except the worker from the proxy", address.except_from_proxy),
    _remedy("remove-firewall-rule", "Remove the firewall rule", address.remove_firewall_rule),
    _remedy("free-port", "End what has the worker's port", address.free_port),
    _remedy("end-second-server", "End the second server on the port", address.end_second_server),
    _remedy("turn-tls-on", "Call the worker with TLS", calls.tls_on),
    _remedy("turn-tls-off", "Call the worker without TLS", calls.tls_off),
    _remedy("fix-tls-file", "Name a TLS file that can be used", calls.fix_tls_file),
    _remedy("give-ca", "Give the orchestrator the worker's authority", calls.give_ca),
    _remedy("renew-certificate", "Renew the worker's certificate", calls.renew_certificate),
    _remedy("sync-clock", "Set the clock right", calls.sync_clock),
    _remedy("set-server-name", "Call the worker by its certificate's name", calls.set_server_name),
    _remedy(
        "give-client-certificate", "Give the orchestrator a client certificate", calls.give_client_certificate
    ),
    _remedy("offer-http2", "Let what ends TLS offer HTTP/2", calls.offer_http2),
    _remedy("raise-tls-version", "Let the worker speak a newer TLS", calls.raise_tls_version),
    _remedy("set-token", "Give the right token", calls.set_token),
    _remedy("deploy-same-protos", "Deploy the same protos on both sides", calls.deploy_same_protos),
    _remedy("add-health-service", "Add the Health service", calls.add_health),
    _remedy("add-threads", "Give the worker more threads", calls.add_threads),
    _remedy("raise-concurrency", "Let the worker take more calls at once", calls.raise_concurrency),
    _remedy("raise-stream-limit", "Allow more calls on one connection", calls.raise_streams),
    _remedy("raise-message-limit", "Stream large messages, or raise the limit", calls.raise_message_limit),
    _remedy("shrink-metadata", "Send less metadata", calls.shrink_metadata),
    _remedy("ping-less-often", "Ping the worker less often", calls.ping_less),
    _remedy("raise-deadline", "Give long calls more time", calls.raise_deadline),
    _remedy("make-channel-after-fork", "Make channels after the fork", calls.channel_after_fork),
    _remedy("retry-unavailable", "Try again what an old connection cut off", calls.retry),
)
