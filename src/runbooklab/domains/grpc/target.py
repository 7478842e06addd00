"""The parameters that say which workers are called, and how."""

from __future__ import annotations

from typing import Any

from runbooklab.domains.redis import target as redis
from runbooklab.model.parameter import Parameter

WORKER_ADDRESS = Parameter("worker_address", "", is_name=True)
WORKER_CONTAINER = Parameter("worker_container", "", is_name=True)
WORKER_SERVICE = Parameter("worker_service", "", is_name=True)
WORKER_TLS = Parameter("worker_tls", "")
WORKER_CA = Parameter("worker_ca", "", is_name=True, is_path=True)
WORKER_CLIENT_CERT = Parameter("worker_client_cert", "", is_name=True, is_path=True)
WORKER_CLIENT_KEY = Parameter("worker_client_key", "", is_name=True, is_path=True)
WORKER_SERVER_NAME = Parameter("worker_server_name", "", is_name=True)
WORKER_TOKEN = Parameter("worker_token", "")
#: What the orchestrator waits for one call, in seconds.
RPC_DEADLINE_S = Parameter("rpc_deadline_s", 10.0, least=0.05, most=3600.0)
#: The largest message that the orchestrator takes. Source: gRPC core, GRPC_DEFAULT_MAX_RECV_MESSAGE_LENGTH.
MAX_MESSAGE_BYTES = Parameter("max_message_bytes", 4_194_304, least=0)
#: How often the orchestrator pings an idle connection; 0: never.
KEEPALIVE_S = Parameter("keepalive_s", 0, least=0)

PARAMETERS: tuple[Parameter[Any], ...] = (
    WORKER_ADDRESS,
    WORKER_CONTAINER,
    WORKER_SERVICE,
    WORKER_TLS,
    WORKER_CA,
    WORKER_CLIENT_CERT,
    WORKER_CLIENT_KEY,
    WORKER_SERVER_NAME,
    WORKER_TOKEN,
    RPC_DEADLINE_S,
    MAX_MESSAGE_BYTES,
    KEEPALIVE_S,
)


class Target(redis.Target, frozen=True):
    """Workers that are called over gRPC, or the registry that names them."""

    worker_address = WORKER_ADDRESS
    worker_container = WORKER_CONTAINER
    worker_service = WORKER_SERVICE
    worker_tls = WORKER_TLS
    worker_ca = WORKER_CA
    worker_client_cert = WORKER_CLIENT_CERT
    worker_client_key = WORKER_CLIENT_KEY
    worker_server_name = WORKER_SERVER_NAME
    worker_token = WORKER_TOKEN
    rpc_deadline_s = RPC_DEADLINE_S
    max_message_bytes = MAX_MESSAGE_BYTES
    keepalive_s = KEEPALIVE_S
