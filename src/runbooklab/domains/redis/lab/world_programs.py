"""The programs of the lab's small system, as shell scripts: an orchestrator and workers that register.

They run in containers and, without Docker, as processes of this host. ``REDIS_HOST`` and
``REDIS_PORT`` say where Redis is, ``WORKER`` and ``PORT`` what a worker is called and where it serves;
``ADDRESS`` is its address if its own name does not resolve to it, and ``SERVER`` the redis-server that
stands in for its service if that is not the one on the PATH.
"""

from __future__ import annotations

WORKERS = ("tts-worker-0", "tts-worker-1")
WORKER_PORT = 50051

#: Seconds between a worker's heartbeats, and for how long one counts.
HEARTBEAT_S, EXPIRY_S = 2, 10

#: Registers with a heartbeat, as a worker does. A redis-server stands in for its own service.
WORKER = f"""
if [ -z "$ADDRESS" ]; then set -- $(getent hosts "$WORKER"); ADDRESS=$1; fi
"${{SERVER:-redis-server}}" --port "$PORT" --bind "$ADDRESS" --protected-mode no --save '' \\
  --logfile /dev/null &
while :; do
  record="{{\\"id\\": \\"$WORKER\\", \\"host\\": \\"$ADDRESS\\", \\"port\\": $PORT, \\"status\\": \\"idle\\","
  record="$record \\"last_heartbeat\\": $(date +%s)}}"
  redis-cli -e -h "$REDIS_HOST" -p "$REDIS_PORT" SET "worker:$WORKER" "$record" EX {EXPIRY_S} >/dev/null \\
    && [ -z "$registered" ] && registered=yes && echo "Registered as worker:$WORKER"
  sleep {HEARTBEAT_S}
done
"""

#: Connects and counts workers, as an orchestrator does.
ORCHESTRATOR = f"""
redis() {{ redis-cli -e -h "$REDIS_HOST" -p "$REDIS_PORT" "$@"; }}
until redis PING >/dev/null; do echo "Redis connection failed"; sleep 1; done
echo "Connected to Redis"
while :; do
  set -- $(redis --scan --pattern 'worker:*')
  [ "$#" = "$seen" ] || echo "Workers: $# $*"
  seen=$#
  sleep {HEARTBEAT_S}
done
"""
