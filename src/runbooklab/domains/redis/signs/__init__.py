"""What an error text points to: one ordered table, a file for each origin of the words.

The first row that a line bears counts, so what says more stands before what says less.
"""

from __future__ import annotations

from runbooklab.domain.sign import Sign, SignTable
from runbooklab.domains.redis.signs import client, docker, network, redis_log, replies, tls, vague
from runbooklab.domains.redis.signs.codes import CODE_WORDS, CODES
from runbooklab.domains.redis.signs.others import OTHERS, REDIS

SIGNS: tuple[Sign, ...] = (
    *redis_log.SIGNS,
    *docker.SIGNS,
    *tls.SIGNS,
    *client.SIGNS,
    *replies.SIGNS,
    *network.SIGNS,
    *vague.SIGNS,
)

TABLE = SignTable(SIGNS, OTHERS, REDIS, "Redis", CODES, CODE_WORDS)
