"""A pasted text is explained by the subject that it is about, and leads to that runbook."""

from __future__ import annotations

import io

import pytest

from runbooklab.commands.explain import explained
from runbooklab.diagnosis.told import told
from runbooklab.domain.rules import Rules
from runbooklab.model.error_text import ErrorText

GRPC, PORTS = "grpc-worker-connectivity", "port-conflicts"
ENVIRONMENT, DOCKER, REDIS = "environment-setup", "docker-setup", "redis-connection"
REFUSED = "Failed to connect to remote host: connect: Connection refused (111)"

#: Text -> the likeliest cause and its runbook.
TEXTS = {
    f"failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:50051: {REFUSED}": (
        "worker-not-listening", GRPC),
    "errors resolving tts-worker:50051: [AAAA: C-ares status is not ARES_SUCCESS: Domain name not found]": (
        "hostname-unresolvable", GRPC),
    "StatusCode.UNAVAILABLE Socket closed": ("plain-to-tls-port", GRPC),
    "Failed parsing HTTP/2 (Expected SETTINGS frame as the first frame, got frame type 80)": (
        "http1-on-port", GRPC),
    "SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED: unable to get local issuer certificate"
    " [ipv4:127.0.0.1:50051]": ("tls-untrusted", GRPC),
    "Cannot check peer: missing selected ALPN property.": ("tls-alpn-missing", GRPC),
    "StatusCode.RESOURCE_EXHAUSTED CLIENT: Received message larger than max (5242880 vs. 4194304)": (
        "message-too-large", GRPC),
    "Concurrent RPC limit exceeded!": ("concurrency-limit-reached", GRPC),
    "StatusCode.UNIMPLEMENTED Method not found!": ("service-mismatch", GRPC),
    "StatusCode.UNAVAILABLE Too many pings": ("keepalive-too-many-pings", GRPC),
    "HTTP proxy returned response code 403": ("proxy-captures-grpc", GRPC),
    "StatusCode.INTERNAL Exception deserializing request!": ("proto-mismatch", GRPC),
    "Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use": (
        "port-conflict-process", PORTS),
    "Bind for 0.0.0.0:8080 failed: port is already allocated": ("port-conflict-container", PORTS),
    "OSError: [Errno 98] Address already in use": ("port-conflict-process", PORTS),
    "PermissionError: [Errno 13] Permission denied: bind 80": ("port-privileged", PORTS),
    "listen tcp 10.9.9.9:8080: bind: cannot assign requested address": ("bind-address-unavailable", PORTS),
    "invalid hostPort: 70051": ("compose-port-invalid", PORTS),
    "./run.sh: line 3: $'\\r': command not found": ("env-file-crlf", ENVIRONMENT),
    "ModuleNotFoundError: No module named 'grpc'": ("package-missing", ENVIRONMENT),
    "ImportError: libsndfile.so.1: cannot open shared object file: No such file or directory": (
        "shared-library-missing", ENVIRONMENT),
    "bash: ./venv/bin/pip: /old/place/python: bad interpreter: No such file or directory": (
        "venv-moved", ENVIRONMENT),
    "OSError: [Errno 24] Too many open files": ("open-files-limit-low", ENVIRONMENT),
    "OSError: [Errno 28] No space left on device": ("disk-full", ENVIRONMENT),
    "OSError: [Errno 30] Read-only file system: '/data/x'": ("filesystem-read-only", ENVIRONMENT),
    "KeyError: 'MODEL_PATH'": ("env-variable-missing", ENVIRONMENT),
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?": (
        "docker-unreachable", DOCKER),
    "permission denied while trying to connect to the Docker daemon socket": (
        "docker-permission-denied", DOCKER),
    "docker: 'compose' is not a docker command.": ("compose-missing", DOCKER),
    "unknown shorthand flag: 'f' in -f\nSee 'docker --help'.": ("compose-missing", DOCKER),
    "services.web additional properties 'imag' not allowed": ("compose-file-invalid", DOCKER),
    'The "TAG" variable is not set. Defaulting to a blank string.': ("compose-variable-unset", DOCKER),
    "network tts-network declared as external, but could not be found": ("network-missing", DOCKER),
    "exec /entrypoint.sh: no such file or directory": ("entrypoint-crlf", DOCKER),
    'could not select device driver "" with capabilities: [[gpu]]': ("gpu-runtime-missing", DOCKER),
    "could not find an available, non-overlapping IPv4 address pool among the defaults": (
        "address-pool-exhausted", DOCKER),
    "docker-credential-desktop: executable file not found in $PATH": ("credential-helper-missing", DOCKER),
    'Conflict. The container name "/redis-tts" is already in use by container': (
        "container-name-conflict", DOCKER),
    "specified both as a flag and in the configuration file: hosts": ("daemon-config-conflict", DOCKER),
    "pull access denied for foo, repository does not exist": ("image-pull-denied", DOCKER),
    "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.": (
        "container-stopped", REDIS),
    "connect: connection refused": ("container-stopped", REDIS),
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_the_subject_of_a_text_explains_it(text: str) -> None:
    """Its likeliest cause comes first, with the runbook that inspects it."""
    first = explained(io.StringIO(text)).causes[0]
    assert first.id == TEXTS[text][0]
    assert first.runbook in (TEXTS[text][1], DOCKER)  # a container's state is Docker's in any of them


OTHERS = {
    'psycopg2.OperationalError: could not translate host name "db" to address': "PostgreSQL",
    "curl: (7) Failed to connect to api.example.org port 443: Connection refused": "an HTTP service",
    "requests.exceptions.ConnectionError: HTTPConnectionPool(host='api', port=8000)": "an HTTP service",
}


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_about_another_service_is_said_to_be(text: str) -> None:
    """Whether or not something else explains it."""
    assert f"This is not about Redis: it is about {OTHERS[text]}" in " ".join(
        explained(io.StringIO(text)).notes
    )


def test_a_text_that_says_nothing_has_no_cause() -> None:
    """Nothing is guessed."""
    assert explained(io.StringIO("All is well.")).causes == ()


@pytest.mark.parametrize(
    ("text", "domain", "parameter", "value"),
    [
        ("Bind for 0.0.0.0:50051 failed: port is already allocated", "ports", "ports", "50051"),
        ("listen udp4 0.0.0.0:5353: bind: address already in use", "ports", "ports", "5353/udp"),
        ("last error: UNKNOWN: ipv4:127.0.0.1:50051: Failed", "grpc", "worker_address", "127.0.0.1:50051"),
        ("Error 111 connecting to localhost:6390.", "redis", "redis_url", "redis://localhost:6390"),
        ("Error: No such container: tts-worker", "docker", "container", "tts-worker"),
    ],
)
def test_what_a_text_names_is_a_parameter_of_the_runbook(
    text: str, domain: str, parameter: str, value: str
) -> None:
    """So that the other runbook looks at the target that the text is about."""
    assert told(Rules.of((domain,)), ErrorText(text))[parameter] == value
