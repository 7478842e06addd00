"""What a remedy loses when it stops or empties Redis, in words and figures from the evidence."""

from __future__ import annotations

from runbooklab.domains.redis.records.info import key_count, number
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.observe.docker.records import Container
from runbooklab.words import plural


def own_info(site: Site) -> dict[str, str]:
    """INFO of the Redis in the container: the URL may lead to another one."""
    inside = site.e.inside.value
    return inside.info if inside is not None and inside.info else site.info


def keys(site: Site) -> int | None:
    """How many keys Redis has in all databases; None if INFO was not seen."""
    info = own_info(site)
    if not info:
        return None
    return key_count(info)


def clients(site: Site) -> int | None:
    """How many clients are connected besides this look."""
    connected = number(own_info(site), "connected_clients")
    return max(connected - 1, 0) if connected is not None else None


def unsaved(site: Site) -> int | None:
    """How many changes are in memory alone; None: not known. 0: every change is in a file."""
    info = own_info(site)
    if not info:
        return None
    if info.get("aof_enabled") == "1":
        return 0
    return number(info, "rdb_changes_since_last_save")


def at_stop(site: Site, what: str, found: Container | None = None) -> str:
    """What stopping Redis costs, as a sentence; ``what`` is who is stopped, ``found`` its container."""
    parts = [f"Stops {what}"]
    connected = clients(site) if found is None or found is site.found else None
    if connected:
        parts.append(f"which disconnects {plural(connected, 'client')}")
    return ", ".join(parts) + "."


def at_risk(site: Site) -> str:
    """What is lost if Redis ends without saving, as a sentence; "" if nothing is."""
    changes, count = unsaved(site), keys(site)
    if changes == 0 or count == 0:
        return ""
    if changes is None or count is None:
        return "What Redis has not saved is lost."
    return (
        f"{plural(changes, 'change')} since the last save {'is' if changes == 1 else 'are'} lost, "
        f"of {plural(count, 'key')}, if it ends without saving."
    )
