"""What an error text points to: one ordered table, a file for each origin of the words.

The first row that a line matches counts, so what says more comes before what says less.
"""

from __future__ import annotations

import re

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

#: Its commands, its codes and what its log and its workers speak of.
WORDS = """
    redis valkey 6379 pop( xread blpop brpop append rdb overcom regist noauth wrongpass noperm misconf moved
    readonly loading busy crossslot clusterdown masterdown noreplicas noscript wrongtype execabort
    unkillable noproto
"""

#: ``1:M 12 Mar 2026 08:15:30.123 * Ready to accept connections``; older versions leave the year out.
LOG_PREFIX = re.compile(r"\d{1,7}:[MSCX] \d\d \w{3}(?: \d{4})? [\d:.]{8,12} [.\-*#] ")

TABLE = SignTable(
    signs=SIGNS,
    others=OTHERS,
    subject=REDIS,
    title="Redis",
    codes=(CODES,),
    code_words=CODE_WORDS,
    words=(*WORDS.split(), "ask "),
    log_prefixes=((LOG_PREFIX, "redis"),),
)
