#!/bin/sh
# Would a connection to Redis succeed? A second's look, nothing changed; the same as `runbook preflight`.
# Exit status: 0 yes, 1 with a warning, 2 no, 3 could not tell. Arguments are passed on (see --help).
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 3
if [ -x "$root/.venv/bin/runbook" ]; then
    runbook=$root/.venv/bin/runbook
elif runbook=$(command -v runbook); then
    :
else
    echo "preflight-check: runbook is neither in $root/.venv nor on PATH; install it with \`make test\` or pip" >&2
    exit 3
fi
cd -- "$root" || exit 3
exec "$runbook" preflight "$@"
