"""The remedies of ports, one row each: id, what it does as an imperative, who plans it."""

from __future__ import annotations

from runbooklab.domain.remedy import Remedy
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.remedies import compose, ending, placing, settings

REMEDIES: tuple[Remedy[Evidence], ...] = (
    Remedy("end-process", "End the process that has the port", ending.end_process, ending.is_held_by_process),
    Remedy(
        "stop-conflicting-container",
        "Stop the container that has the port",
        ending.stop_conflicting_container,
        ending.is_held_by_container,
    ),
    Remedy("stop-other-project", "Stop the other project's container", ending.stop_other_project),
    Remedy("resume-process", "Let the suspended program run on", ending.resume_process, ending.may_resume),
    Remedy("end-suspended-process", "End the suspended program", ending.end_suspended_process),
    Remedy("end-orphan", "End the left-over child", ending.end_orphan),
    Remedy("end-docker-proxy", "End the left-over docker-proxy", ending.end_docker_proxy),
    Remedy("disable-socket-unit", "Disable the socket unit", ending.disable_socket_unit),
    Remedy("end-second-listener", "End the second listener", ending.end_second_listener),
    Remedy("end-shadowing-process", "End the program on the specific address", ending.end_shadowing_process),
    Remedy("end-connection", "End the connection and reserve the port", ending.end_connection),
    Remedy("wait-for-port", "Wait until the port is free", placing.wait_for_port),
    Remedy("start-container", "Start the container", placing.start_container),
    Remedy("unpause-container", "Unpause the container", placing.unpause_container),
    Remedy("read-log", "Read why the container ends", placing.read_log),
    Remedy("start-service", "Start the service", placing.start_service),
    Remedy(
        "publish-port", "Publish the port where it is wanted", placing.publish_port, placing.can_be_made_again
    ),
    Remedy("use-container-address", "Use the container's own address", placing.use_container_address),
    Remedy("use-published-port", "Use the port that is published", placing.use_published_port),
    Remedy("use-published-address", "Use the address that the port is on", placing.use_published_address),
    Remedy("use-other-port", "Move the service to a free port", placing.use_other_port),
    Remedy("fix-mapping", "Lead the port to where the container listens", placing.fix_mapping),
    Remedy(
        "listen-on-all-addresses",
        "Let the program listen on its container's address",
        placing.listen_on_all_addresses,
    ),
    Remedy("reserve-port", "Reserve the port", settings.reserve_port),
    Remedy("allow-low-port", "Let users listen on the port", settings.allow_low_port),
    Remedy("use-own-address", "Listen on an address of this host", settings.use_own_address),
    Remedy("delete-redirect", "Delete the rule", settings.delete_redirect),
    Remedy("look-as-root", "Look again as root", settings.look_as_root),
    Remedy("fix-compose-port", "Correct the port in the Compose file", compose.fix_compose_port),
)
