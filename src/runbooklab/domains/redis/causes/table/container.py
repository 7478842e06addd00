"""Causes: the container's life cycle, and what keeps Redis from starting in it."""

from __future__ import annotations

from runbooklab.domain.cause import Cause
from runbooklab.domains.redis.causes import bind, container, startup
from runbooklab.domains.redis.causes.table.groups import CLOSED, ENDINGS, SILENT
from runbooklab.domains.redis.causes.table.sources import CONF, INSPECT, LOG, PROC, RUN

ROWS: tuple[Cause, ...] = (
    # --- the container
    Cause("container-missing", "The Redis container does not exist", "docker",
          container.container_missing, ("name-redis", "run-container"), INSPECT,
          look_alikes=("container-stopped", "port-not-published")),
    Cause("container-never-started", "The Redis container was created but never started", "docker",
          container.container_never_started, ("start-container",), INSPECT,
          look_alikes=("container-stopped",)),
    Cause("container-stopped", "The Redis container was stopped", "docker",
          container.container_stopped, ("start-container",), RUN, look_alikes=("container-killed",
          "redis-daemonized")),
    Cause("container-killed", "The Redis container was killed", "docker",
          container.container_killed, ("start-container",), RUN, look_alikes=("container-oom-killed",)),
    Cause("container-oom-killed", "The Redis container ran out of memory and was killed", "docker",
          container.container_oom_killed, ("raise-memory-limit", "start-container"), RUN,
          look_alikes=("container-killed",)),
    Cause("container-paused", "The Redis container is paused", "docker",
          container.container_paused, ("unpause-container",), INSPECT, look_alikes=SILENT),
    Cause("container-crash-looping", "The Redis container starts and crashes again and again", "docker",
          container.container_crash_looping, ("stop-crash-loop",), RUN, consequence_of=ENDINGS,
          look_alikes=("container-stopped", "redis-start-failed")),
    Cause("redis-crashed", "Redis crashed", "docker",
          container.redis_crashed, ("start-container",), LOG, look_alikes=("container-killed",)),
    Cause("redis-not-running-in-container", "The container runs something else than Redis", "docker",
          container.redis_not_running_in_container, ("recreate-container",), PROC, look_alikes=CLOSED,
          consequence_of=("container-oom-killed",)),
    Cause("redis-frozen", "The Redis process is stopped by a signal", "docker",
          container.redis_frozen, ("resume-redis-process",), PROC, look_alikes=SILENT),
    # --- start-up failures
    Cause("start-command-not-found", "The container's command does not exist in its image", "docker",
          startup.start_command_not_found, ("recreate-container",), RUN, look_alikes=("redis-start-failed",)),
    Cause("redis-config-invalid", "Redis does not start because its configuration has a mistake", "docker",
          startup.redis_config_invalid, ("fix-redis-config", "recreate-container"), LOG,
          look_alikes=("redis-start-failed", "container-crash-looping")),
    Cause("redis-config-not-mounted", "Redis does not see its configuration file", "docker",
          startup.redis_config_not_mounted, ("fix-redis-config", "recreate-container"), INSPECT, "warning"),
    Cause("redis-daemonized", "Redis is set to run in the background, which ends its container", "docker",
          startup.redis_daemonized, ("fix-redis-config", "recreate-container"), CONF,
          look_alikes=("container-stopped",)),
    Cause("redis-data-permission", "Redis does not start because it may not use its data folder", "docker",
          startup.redis_data_permission, ("mend-persistence",), LOG,
          look_alikes=("redis-start-failed", "persistence-failing")),
    Cause("redis-data-corrupt", "Redis does not start because its data file is damaged", "docker",
          startup.redis_data_corrupt, ("move-data-aside",), LOG, look_alikes=("redis-data-newer",)),
    Cause("redis-data-newer", "Redis does not start because a newer version wrote its data file", "docker",
          startup.redis_data_newer, ("run-newer-redis",), LOG, look_alikes=("redis-data-corrupt",)),
    Cause("bind-address-unavailable", "Redis does not start because its address is not there", "docker",
          bind.bind_address_unavailable, ("bind-all-interfaces", "fix-redis-config"), LOG,
          look_alikes=("redis-start-failed",)),
    Cause("redis-start-failed", "Redis does not start", "docker",
          startup.redis_start_failed, ("fix-redis-config", "recreate-container"), LOG,
          look_alikes=("redis-config-invalid", "container-crash-looping")),
)  # fmt: skip
