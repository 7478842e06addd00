# `just redis` starts the Redis that the runbook speaks of; `just --list` shows the rest.

image := env_var_or_default("REDIS_IMAGE", "redis:7-alpine")

# start Redis as the container redis-tts on the network tts-network
redis:
    docker network inspect tts-network >/dev/null 2>&1 || docker network create tts-network
    docker start redis-tts 2>/dev/null || docker run -d --name redis-tts --network tts-network -p 127.0.0.1:6379:6379 {{ image }} redis-server --protected-mode no

# stop it
redis-stop:
    docker stop redis-tts

# diagnose it and leave a report
report:
    make report
