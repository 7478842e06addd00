"""Causes: Redis serves, and the workers' registrations are not as they should be."""

from __future__ import annotations

from runbooklab.domain.cause import Cause
from runbooklab.domains.redis.causes import database, server, workers
from runbooklab.domains.redis.causes.table.groups import GONE
from runbooklab.domains.redis.causes.table.sources import CONF, MEMORY, PERSISTENCE, REGISTRATION

ROWS: tuple[Cause, ...] = (
    # --- registrations
    Cause("db-mismatch", "The orchestrator looks in another database than the workers use", "registrations",
          database.db_mismatch, ("fix-database-index",), CONF, look_alikes=("workers-none-registered",)),
    Cause("keys-evicted", "Redis evicts registrations to make room", "registrations",
          server.keys_evicted, ("set-eviction-policy", "raise-maxmemory"), MEMORY),
    Cause("registrations-flushed", "Somebody emptied the database", "registrations",
          workers.registrations_flushed, ("start-workers",), "INFO commandstats",
          look_alikes=("workers-none-registered", "registrations-lost-on-restart")),
    Cause("registrations-lost-on-restart", "Registrations were lost when Redis restarted", "registrations",
          workers.registrations_lost_on_restart, ("start-workers", "enable-persistence"), PERSISTENCE,
          look_alikes=("registrations-flushed",)),
    Cause("worker-registration-expired", "Workers stopped renewing their registration", "registrations",
          workers.worker_registration_expired, ("start-workers",), REGISTRATION,
          consequence_of=("registrations-flushed", "keys-evicted"), look_alikes=("workers-none-registered",)),
    Cause("worker-key-prefix", "Workers register under another name than the orchestrator looks for",
          "registrations",
          workers.worker_key_prefix, ("fix-worker-key",), REGISTRATION,
          look_alikes=("workers-none-registered",)),
    Cause("workers-none-registered", "No worker is registered", "registrations",
          workers.workers_none_registered, ("start-workers",), REGISTRATION,
          consequence_of=(*GONE, "memory-exhausted", "persistence-failing", "wrong-redis-answering",
          "replica-read-only", "not-enough-replicas", "acl-permission-denied", "command-renamed",
          "worker-key-prefix", "db-mismatch"), look_alikes=GONE),
    Cause("worker-wrong-type", "Registrations have the wrong type", "registrations",
          workers.worker_wrong_type, ("re-register-workers",), REGISTRATION,
          look_alikes=("worker-payload-invalid",)),
    Cause("worker-payload-invalid", "Registrations cannot be parsed", "registrations",
          workers.worker_payload_invalid, ("re-register-workers",), REGISTRATION,
          look_alikes=("worker-wrong-type",)),
    Cause("worker-duplicate-id", "Two workers use one id", "registrations",
          workers.worker_duplicate_id, ("rename-worker",), REGISTRATION),
    Cause("worker-clock-skew", "A worker's clock is ahead", "registrations",
          workers.worker_clock_skew, ("sync-clocks",), REGISTRATION, "warning",
          look_alikes=("worker-heartbeat-stale",)),
    Cause("worker-ttl-too-short", "Registrations expire before they are renewed", "registrations",
          workers.worker_ttl_too_short, ("lengthen-worker-ttl",), REGISTRATION,
          look_alikes=("worker-registration-expired",)),
    Cause("worker-heartbeat-stale", "Workers no longer report", "registrations",
          workers.worker_heartbeat_stale, ("start-workers",), REGISTRATION,
          look_alikes=("worker-clock-skew",)),
    Cause("worker-address-unreachable", "Workers cannot be reached where they say they are", "registrations",
          workers.worker_address_unreachable, ("fix-worker-address",), REGISTRATION),
)  # fmt: skip
