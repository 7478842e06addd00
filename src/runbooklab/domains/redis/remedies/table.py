"""All remedies, one row each: id, what it does as an imperative, who plans it."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from runbooklab.domain.remedy import Remedy
from runbooklab.domain.steps import Steps
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.remedies import (
    addresses,
    config_file,
    containers,
    credentials,
    data_files,
    docker_endpoint,
    fresh,
    health_check,
    network_modes,
    networks,
    orchestrator,
    outside,
    persistence,
    ports,
    settings,
    starting,
)
from runbooklab.domains.redis.remedies.names import refused
from runbooklab.domains.redis.remedies.site import LOOK_AGAIN, Site
from runbooklab.model.conclusions import RemedyPlan

_ROWS: tuple[tuple[str, str, Callable[[Site], Steps]], ...] = (
    # the container
    ("start-redis-service", "Start the Redis service", outside.start_redis_service),
    ("name-redis", "Say which Redis container is meant", containers.name_redis),
    ("run-container", "Create and start the Redis container", fresh.run_container),
    ("start-container", "Start the Redis container", starting.start_container),
    ("unpause-container", "Unpause the Redis container", containers.unpause_container),
    ("restart-redis", "Restart the Redis container", containers.restart_redis),
    ("recreate-container", "Make the Redis container again", starting.recreate_container),
    ("stop-crash-loop", "Stop the restarts and read the log", containers.stop_crash_loop),
    ("fix-redis-config", "Correct Redis' own configuration", starting.fix_redis_config),
    ("move-data-aside", "Move the damaged data file aside", data_files.move_data_aside),
    ("run-newer-redis", "Run the newer Redis that wrote the data", data_files.run_newer_redis),
    ("raise-memory-limit", "Raise the container's memory limit", containers.raise_memory_limit),
    ("raise-cpu-limit", "Raise the container's CPU limit", containers.raise_cpu_limit),
    ("resume-redis-process", "Let the stopped Redis process go on", containers.resume_redis_process),
    # the port
    ("free-port", "End the process that has Redis' port", ports.free_port),
    (
        "stop-conflicting-container",
        "Stop the container that has Redis' port",
        ports.stop_conflicting_container,
    ),
    ("use-other-port", "Move Redis to another port of this host", ports.use_other_port),
    ("publish-port", "Publish Redis' port to this host", ports.publish_port),
    ("end-docker-proxy", "End the left-over docker-proxy", ports.end_docker_proxy),
    # configuration, URL and credentials
    ("fix-config-file", "Correct the orchestrator's configuration", config_file.fix_config_file),
    ("fix-redis-url", "Correct the Redis URL", networks.fix_redis_url),
    ("fix-database-index", "Use the database that the workers use", addresses.fix_database_index),
    ("set-credentials", "Put the right credentials into the URL", credentials.set_credentials),
    ("drop-credentials", "Take the credentials out of the URL", credentials.drop_credentials),
    ("set-password", "Set a password in Redis", credentials.set_password),
    ("grant-acl-permission", "Grant the user what was refused", credentials.grant_acl_permission),
    ("fix-socket-permission", "Let this user open the socket", credentials.fix_socket_permission),
    # network
    ("create-network", "Create the Docker network", networks.create_network),
    ("join-network", "Put the container on a network", network_modes.join_network),
    ("start-network-owner", "Start the container whose network is used", network_modes.start_network_owner),
    ("restore-command", "Give clients the command back", network_modes.restore_command),
    ("connect-network", "Put both containers on one network", networks.connect_network),
    ("remove-firewall-rule", "Remove the firewall rule", networks.remove_firewall_rule),
    ("bind-all-interfaces", "Make Redis listen on all addresses", networks.bind_all_interfaces),
    ("fix-container-dns", "Give the container a name server that answers", networks.fix_container_dns),
    ("rename-network-alias", "Make the network name unique", networks.rename_network_alias),
    # TLS
    ("fix-tls-trust", "Make the client trust the certificate", outside.fix_tls_trust),
    ("renew-certificate", "Give Redis a valid certificate", outside.renew_certificate),
    ("set-client-certificate", "Give the client a certificate", outside.set_client_certificate),
    ("fix-tls-version", "Agree on a TLS version", outside.fix_tls_version),
    # what Redis does
    ("raise-maxmemory", "Give Redis more memory", settings.raise_maxmemory),
    ("set-eviction-policy", "Let Redis drop keys when it is full", settings.set_eviction_policy),
    ("raise-maxclients", "Let more clients connect", settings.raise_maxclients),
    ("wait-for-loading", "Wait until Redis has loaded its data", settings.wait_for_loading),
    ("enable-slowlog", "Make Redis note slow commands", settings.enable_slowlog),
    ("enable-persistence", "Make Redis keep its data on disk", persistence.enable_persistence),
    ("mend-persistence", "Let Redis save to disk again", persistence.mend_persistence),
    ("raise-idle-timeout", "Keep idle connections", settings.raise_idle_timeout),
    ("raise-output-buffer-limit", "Allow larger replies", settings.raise_output_buffer_limit),
    ("kill-script", "End the script that keeps Redis busy", settings.kill_script),
    ("unpause-clients", "Let clients go on", settings.unpause_clients),
    ("promote-replica", "Make the replica a master", settings.promote_replica),
    ("mend-replication", "Mend the link between master and replicas", settings.mend_replication),
    ("repair-cluster", "Repair the Redis Cluster", settings.repair_cluster),
    ("avoid-slow-command", "Find and avoid the slow command", settings.avoid_slow_command),
    ("flush-all", "Delete all data in Redis", settings.flush_all),
    # workers
    ("start-workers", "Start the workers", outside.start_workers),
    ("re-register-workers", "Delete the broken registrations", outside.re_register_workers),
    ("fix-worker-key", "Make workers register under the right key", outside.fix_worker_key),
    ("fix-worker-address", "Make workers advertise an address that answers", outside.fix_worker_address),
    ("rename-worker", "Give each worker its own id", outside.rename_worker),
    ("lengthen-worker-ttl", "Make registrations live longer than a heartbeat", outside.lengthen_worker_ttl),
    ("sync-clocks", "Synchronise the clocks", outside.sync_clocks),
    # health checks and the client
    ("fix-health-check", "Correct the container's health check", health_check.fix_health_check),
    ("unpause-orchestrator", "Unpause the orchestrator's container", orchestrator.unpause_orchestrator),
    ("name-orchestrator", "Name the orchestrator's container", orchestrator.name_orchestrator),
    ("run-orchestrator", "Start the orchestrator's container", orchestrator.run_orchestrator),
    ("start-orchestrator", "Start the orchestrator again", outside.start_orchestrator),
    ("raise-client-pool", "Enlarge the client's connection pool", outside.raise_client_pool),
    ("raise-client-timeout", "Lengthen the client's timeout", outside.raise_client_timeout),
    ("raise-client-file-limit", "Let the client open more files", outside.raise_client_file_limit),
    ("reuse-client-connections", "Let the client reuse its connections", outside.reuse_client_connections),
    ("use-cluster-client", "Use a client that speaks to clusters", outside.use_cluster_client),
    ("find-slow-path", "Find where the time goes", outside.find_slow_path),
    # Docker
    ("start-docker", "Start Docker", docker_endpoint.start_docker),
    ("grant-docker-access", "Let this user use Docker", outside.grant_docker_access),
    ("restart-docker", "Restart Docker", outside.restart_docker),
    ("set-docker-api-version", "Speak the engine's API version", outside.set_docker_api_version),
    (
        "reach-docker-endpoint",
        "Make the engine reachable for this tool",
        docker_endpoint.reach_docker_endpoint,
    ),
    ("fix-docker-context", "Use a Docker context that exists", outside.fix_docker_context),
)


#: What must be seen for a remedy to be the one that is recommended, where a cause has several.
_FITS: dict[str, Callable[[Site], bool]] = {
    "name-redis": containers.is_another_meant,
    "fix-redis-url": addresses.url_is_wrong,
    "create-network": networks.network_is_missing,
    "stop-conflicting-container": ports.held_by_container,
    "free-port": ports.held_by_process,
    "use-other-port": ports.port_may_be_held,
    "bind-all-interfaces": networks.redis_answers_inside,
    "kill-script": settings.redis_answers,
    "avoid-slow-command": settings.redis_answers,
    "unpause-clients": settings.redis_answers,
}


#: Remedies whose command is the same whatever a look at the target would show.
_SURE = frozenset(
    {"run-container", "start-container", "unpause-container", "unpause-clients", "wait-for-loading"}
)


def _always(site: Site) -> bool:
    return True


def _with_parameters(steps: Steps, evidence: Evidence) -> Steps:
    """The next look is at what this one looked at: with the parameters that it was given."""
    again = Site(evidence).look_again
    commands, confirm = (
        tuple(again if line == LOOK_AGAIN else line for line in lines)
        for lines in (steps.commands, steps.confirm)
    )
    return replace(steps, commands=commands, confirm=confirm)


def _remedy(
    id_: str, title: str, steps: Callable[[Site], Steps], fits: Callable[[Site], bool]
) -> Remedy[Evidence]:
    return Remedy(
        id_,
        title,
        lambda evidence: refused(_with_parameters(steps(Site(evidence)), evidence), evidence).named(
            id_, title
        ),
        lambda evidence: fits(Site(evidence)),
        is_sure=id_ in _SURE,
    )


REMEDIES: dict[str, Remedy[Evidence]] = {
    id_: _remedy(id_, title, steps, _FITS.get(id_, _always)) for id_, title, steps in _ROWS
}


def plan_for(remedy_id: str, evidence: Evidence) -> RemedyPlan:
    """The plan of one remedy for this target. Raises :class:`KeyError` for an id that is not in the table."""
    return REMEDIES[remedy_id].plan(evidence)
