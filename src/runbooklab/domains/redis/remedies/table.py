"""All remedies, one row each: id, what it does as an imperative, who plans it."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.remedy import Remedy, RemedyRows
from runbooklab.domain.steps import Steps
from runbooklab.domains.address.remedies.again import TYPED_URL
from runbooklab.domains.container.remedies import containers as docker
from runbooklab.domains.container.remedies import networks as docker_networks
from runbooklab.domains.container.remedies.table import ENGINE
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.remedies import (
    addresses,
    containers,
    credentials,
    data_files,
    fresh,
    health_check,
    listening,
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
from runbooklab.domains.redis.remedies.site import RUN_AGAIN, Site


def _finished(steps: Steps, evidence: Evidence) -> Steps:
    """The next run checks what this one checked: with its parameters, or with the URL that was typed."""
    site = Site(evidence)
    again = site.run_with_url("env:REDIS_URL") if TYPED_URL in steps.commands else site.run_again
    commands, confirm = (
        tuple(again if line == RUN_AGAIN else line for line in lines)
        for lines in (steps.commands, steps.confirm)
    )
    return refused(replace(steps, commands=commands, confirm=confirm), evidence)


_remedy = RemedyRows(Site, _finished).row

REMEDIES: tuple[Remedy[Evidence], ...] = (
    # the container
    _remedy("start-redis-service", "Start the Redis service", outside.start_redis_service),
    _remedy(
        "name-redis",
        "Say which Redis container is meant",
        containers.name_redis,
        fits=containers.is_another_meant,
    ),
    _remedy("run-container", "Create and start the Redis container", fresh.run_container, is_sure=True),
    _remedy("start-container", "Start the Redis container", starting.start_container, is_sure=True),
    _remedy("unpause-container", "Unpause the Redis container", docker.unpause_container, is_sure=True),
    _remedy("restart-redis", "Restart the Redis container", containers.restart_redis),
    _remedy("recreate-container", "Make the Redis container again", starting.recreate_container),
    _remedy("stop-crash-loop", "Stop the restarts and read the log", containers.stop_crash_loop),
    _remedy("fix-redis-config", "Correct Redis' own configuration", starting.fix_redis_config),
    _remedy("move-data-aside", "Move the damaged data file aside", data_files.move_data_aside),
    _remedy("run-newer-redis", "Run the newer Redis that wrote the data", data_files.run_newer_redis),
    _remedy("raise-memory-limit", "Raise the container's memory limit", containers.raise_memory_limit),
    _remedy("raise-cpu-limit", "Raise the container's CPU limit", containers.raise_cpu_limit),
    _remedy("resume-redis-process", "Let the stopped Redis process go on", containers.resume_redis_process),
    # the port
    _remedy("free-port", "End the process that has Redis' port", ports.free_port, fits=ports.held_by_process),
    _remedy(
        "stop-conflicting-container",
        "Stop the container that has Redis' port",
        ports.stop_conflicting_container,
        fits=ports.held_by_container,
    ),
    _remedy(
        "use-other-port",
        "Move Redis to another port of this host",
        ports.use_other_port,
        fits=ports.port_may_be_held,
    ),
    _remedy("publish-port", "Publish Redis' port to this host", ports.publish_port),
    _remedy("end-docker-proxy", "End the left-over docker-proxy", ports.end_docker_proxy),
    # configuration, URL and credentials
    _remedy("fix-config-file", "Correct the orchestrator's configuration", addresses.fix_config),
    _remedy("fix-redis-url", "Correct the Redis URL", networks.fix_redis_url, fits=addresses.url_is_wrong),
    _remedy("fix-database-index", "Use the database that the workers use", addresses.fix_database_index),
    _remedy("set-credentials", "Put the right credentials into the URL", credentials.set_credentials),
    _remedy("drop-credentials", "Take the credentials out of the URL", credentials.drop_credentials),
    _remedy("set-password", "Set a password in Redis", credentials.set_password),
    _remedy("grant-acl-permission", "Grant the user what was refused", credentials.grant_acl_permission),
    _remedy("fix-socket-permission", "Let this user open the socket", credentials.fix_socket_permission),
    # network
    _remedy(
        "create-network",
        "Create the Docker network",
        docker_networks.create_network,
        fits=docker_networks.network_is_missing,
    ),
    _remedy("join-network", "Put the container on a network", network_modes.join_network),
    _remedy(
        "start-network-owner", "Start the container whose network is used", network_modes.start_network_owner
    ),
    _remedy("restore-command", "Give clients the command back", network_modes.restore_command),
    _remedy("connect-network", "Put both containers on one network", networks.connect_network),
    _remedy("remove-firewall-rule", "Remove the firewall rule", networks.remove_firewall_rule),
    _remedy(
        "bind-all-interfaces",
        "Make Redis listen where its client connects",
        listening.bind_all_interfaces,
        fits=listening.redis_answers_inside,
    ),
    _remedy("fix-container-dns", "Give the container a name server that answers", networks.fix_container_dns),
    _remedy("rename-network-alias", "Make the network name unique", networks.rename_network_alias),
    # TLS
    _remedy("fix-tls-trust", "Make the client trust the certificate", outside.fix_tls_trust),
    _remedy("renew-certificate", "Give Redis a valid certificate", outside.renew_certificate),
    _remedy("set-client-certificate", "Give the client a certificate", outside.set_client_certificate),
    _remedy("fix-tls-version", "Agree on a TLS version", outside.fix_tls_version),
    # what Redis does
    _remedy("raise-maxmemory", "Give Redis more memory", settings.raise_maxmemory),
    _remedy("set-eviction-policy", "Let Redis drop keys when it is full", settings.set_eviction_policy),
    _remedy("raise-maxclients", "Let more clients connect", settings.raise_maxclients),
    _remedy(
        "wait-for-loading", "Wait until Redis has loaded its data", settings.wait_for_loading, is_sure=True
    ),
    _remedy("enable-slowlog", "Make Redis note slow commands", settings.enable_slowlog),
    _remedy("enable-persistence", "Make Redis keep its data on disk", persistence.enable_persistence),
    _remedy("mend-persistence", "Let Redis save to disk again", persistence.fix_persistence),
    _remedy("raise-idle-timeout", "Keep idle connections", settings.raise_idle_timeout),
    _remedy("raise-output-buffer-limit", "Allow larger replies", settings.raise_output_buffer_limit),
    _remedy(
        "kill-script",
        "End the script that keeps Redis busy",
        settings.kill_script,
        fits=settings.redis_answers,
    ),
    _remedy(
        "unpause-clients",
        "Let clients go on",
        settings.unpause_clients,
        fits=settings.redis_answers,
        is_sure=True,
    ),
    _remedy("promote-replica", "Make the replica a master", settings.promote_replica),
    _remedy("mend-replication", "Fix the link between master and replicas", settings.fix_replication),
    _remedy("repair-cluster", "Repair the Redis Cluster", settings.repair_cluster),
    _remedy(
        "avoid-slow-command",
        "Find and avoid the slow command",
        settings.avoid_slow_command,
        fits=settings.redis_answers,
    ),
    _remedy("flush-all", "Delete all data in Redis", settings.flush_all),
    # workers
    _remedy("start-workers", "Start the workers", outside.start_workers),
    _remedy("re-register-workers", "Delete the broken registrations", outside.re_register_workers),
    _remedy("fix-worker-key", "Make workers register under the right key", outside.fix_worker_key),
    _remedy(
        "fix-worker-address", "Make workers advertise an address that answers", outside.fix_worker_address
    ),
    _remedy("rename-worker", "Give each worker its own id", outside.rename_worker),
    _remedy(
        "lengthen-worker-ttl", "Make registrations live longer than a heartbeat", outside.lengthen_worker_ttl
    ),
    _remedy("sync-clocks", "Synchronise the clocks", outside.sync_clocks),
    # health checks and the client
    _remedy("fix-health-check", "Correct the container's health check", health_check.fix_health_check),
    _remedy(
        "unpause-orchestrator", "Unpause the orchestrator's container", orchestrator.unpause_orchestrator
    ),
    _remedy("name-orchestrator", "Name the orchestrator's container", orchestrator.name_orchestrator),
    _remedy("run-orchestrator", "Start the orchestrator's container", orchestrator.run_orchestrator),
    _remedy("start-orchestrator", "Start the orchestrator again", outside.start_orchestrator),
    _remedy("raise-client-pool", "Enlarge the client's connection pool", outside.raise_client_pool),
    _remedy("raise-client-timeout", "Lengthen the client's timeout", outside.raise_client_timeout),
    _remedy("raise-client-file-limit", "Let the client open more files", outside.raise_client_file_limit),
    _remedy(
        "reuse-client-connections", "Let the client reuse its connections", outside.reuse_client_connections
    ),
    _remedy("use-cluster-client", "Use a client that speaks to clusters", outside.use_cluster_client),
    _remedy("find-slow-path", "Find where the time goes", outside.find_slow_path),
    # Docker
    *(_remedy(*row) for row in ENGINE),
)
