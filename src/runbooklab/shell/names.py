"""Which variables a script may set, and which a program gets to see."""

from __future__ import annotations

import re

#: Set for a program, these only choose what is looked at. All others may make it load or start something.
_PASSED_ON = re.compile(
    r"LANG|LC_[A-Z]+|TZ|COLUMNS|LINES|TERM|NO_COLOR|AWS_(?:PROFILE|REGION|DEFAULT_REGION|DEFAULT_OUTPUT)"
    r"|CLOUDSDK_(?:CORE_PROJECT|COMPUTE_ZONE|COMPUTE_REGION)|ETCDCTL_(?:API|ENDPOINTS|CACERT|CERT|KEY|USER)"
    r"|CONSUL_HTTP_ADDR|VAULT_ADDR|NOMAD_ADDR|PG(?:HOST|PORT|USER|DATABASE|PASSWORD|SSLMODE|CONNECT_TIMEOUT)"
    r"|[A-Z]+CLI_AUTH|MYSQL_PWD|CONTAINER_RUNTIME_ENDPOINT|CRI_CONFIG_FILE|ALERTMANAGER_URL|LOKI_ADDR"
)
#: Names such as NODE_NAME are those of a cluster's node; the program node reads none of them.
#: Not even for the script itself: they change which program runs, how it is found or what it loads.
_NEVER = re.compile(
    r"PATH|IFS|HOME|SHELL|ENV|PWD|OLDPWD|BASH.*|LD_.*|DYLD_.*|GIT_.*|.*PAGER|.*EDITOR|.*_OPTIONS|.*OPTS|PSQLRC"
    r"|PYTHON.*|PERL.*|RUBY.*|NODE_(?!(?:NAME|IP|ID|HOST|PORT|POOL|GROUP|ROLE|LABEL|COUNT)$).*|KUBECONFIG|KUBECTL_.*|DOCKER_.*|SSH_.*|LESS.*|PROMPT_COMMAND|PS4|.*_RC"
    r"|CURL_HOME|XDG_.*|OPENSSL_.*|SSL.*|TMPDIR|NIX_.*|GCONV_PATH|LOCPATH|NLSPATH|HOSTALIASES|RES_OPTIONS"
)


def refused_variable(name: str) -> str:
    """Why a script may not set a variable; "" if it may."""
    return f"{name} decides what programs load or start" if _NEVER.fullmatch(name) else ""


def is_passed_on(name: str) -> bool:
    """Whether a variable that a script exports reaches the programs it starts."""
    return bool(_PASSED_ON.fullmatch(name)) and not refused_variable(name)
