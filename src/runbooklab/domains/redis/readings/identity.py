"""Whether the Redis behind the URL is the one in the container: a server draws an id at its start."""

from __future__ import annotations

from runbooklab.domains.redis.evidence import Evidence


def run_ids(e: Evidence) -> tuple[str, str]:
    """The server's run id as seen through the URL and inside the container; "" if it was not seen."""
    talk, inside = e.redis.value, e.inside.value
    return (talk.info.get("run_id", "") if talk else "", inside.run_id if inside else "")


def of_one_master(e: Evidence) -> bool:
    """Whether both replicate one data set: then the URL may well name the other one of the two."""
    infos = [each.info for each in (e.redis.value, e.inside.value) if each]
    ids = {info.get("master_replid", "") for info in infos}
    return len(ids) == 1 and "" not in ids and "slave" in {info.get("role", "") for info in infos}
