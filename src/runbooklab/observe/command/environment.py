"""The environment of a program that is started: little of ours, nothing that changes what it loads."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

#: What is taken over: who asks, and which cluster, engine or account is meant.
_TAKEN_OVER = re.compile(
    r"HOME|USER|LOGNAME|TZ|KUBECONFIG|DOCKER_HOST|DOCKER_CONTEXT|DOCKER_CERT_PATH|DOCKER_TLS_VERIFY|DOCKER_CONFIG"
    r"|AWS_(?:PROFILE|REGION|DEFAULT_REGION|CONFIG_FILE|SHARED_CREDENTIALS_FILE|ACCESS_KEY_ID|SECRET_ACCESS_KEY"
    r"|SESSION_TOKEN|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE)|CLOUDSDK_[A-Z_]+|GOOGLE_APPLICATION_CREDENTIALS|AZURE_CONFIG_DIR"
    r"|ETCDCTL_[A-Z]+|CONSUL_HTTP_(?:ADDR|TOKEN)|VAULT_ADDR|NOMAD_ADDR|PG(?:HOST|PORT|USER|DATABASE|PASSWORD|PASSFILE|SSLMODE)"
    r"|[A-Z]+CLI_AUTH|CONTAINER_RUNTIME_ENDPOINT|https?_proxy|HTTPS?_PROXY|no_proxy|NO_PROXY|SSL_CERT_(?:FILE|DIR)"
)
#: A repository's own settings may name programs; these take their place (git-config(1), GIT_CONFIG_COUNT).
_GIT = (
    ("core.fsmonitor", "false"),
    ("core.hooksPath", "/dev/null"),
    ("core.pager", "cat"),
    ("gpg.program", "false"),
    ("gpg.ssh.program", "false"),
    ("log.showSignature", "false"),
)
_FIXED = {
    "LANG": "C.UTF-8",
    "TERM": "dumb",
    "PAGER": "cat",
    "NO_COLOR": "1",
    "COLUMNS": "200",
    "LINES": "200",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_CONFIG_COUNT": str(len(_GIT)),
    **{f"GIT_CONFIG_KEY_{number}": key for number, (key, _) in enumerate(_GIT)},
    **{f"GIT_CONFIG_VALUE_{number}": value for number, (_, value) in enumerate(_GIT)},
}


def clean_environment(path: str, ours: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of every program that is started. ``path`` becomes its PATH.

    ``ours`` is the environment to take from, this process's by default.
    """
    ours = os.environ if ours is None else ours
    taken = {name: value for name, value in ours.items() if _TAKEN_OVER.fullmatch(name)}
    return {**taken, **_FIXED, "PATH": path}
