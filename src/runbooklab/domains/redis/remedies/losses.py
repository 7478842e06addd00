"""What a remedy loses when it stops or empties Redis, in words and figures from the evidence."""

from __future__ import annotations

from datetime import UTC, datetime

from runbooklab.domains.container.remedies.made_with import volumes
from runbooklab.domains.redis.records.info import databases, key_count, number
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.observe.docker.records import Container
from runbooklab.words import clock, listed, plural


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


def counted_at(site: Site) -> str:
    """When this look counted, to end a clause with: figures on a card are those of the look before it."""
    return f", counted at {clock(site.e.gathered_at)}" if site.e.gathered_at else ""


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


# --- what is gone for good, one sentence each --------------------------------------------------


def lost_by_flush(site: Site) -> tuple[str, ...]:
    """Every key, counted by database and, as far as a sample shows, by prefix; and who uses them now."""
    held = f"All its keys. {_keys_by_database(site)}"
    kept = volumes(site.found) if site.found is not None else []
    files = (f"The files in {listed(kept)} are emptied by the next save.",) if kept else ()
    return (held, *_keys_by_prefix(site), _last_save(site), *files, _connected(site))


def lost_at_stop(site: Site, *, saves: bool = False) -> tuple[str, ...]:
    """What Redis loses if it is stopped; ``saves`` if the plan has it save first."""
    running = site.found is None or site.found.state in ("running", "paused", "restarting")
    if not running:
        return _kept(site)
    changes = unsaved(site)
    if saves or changes == 0:
        lost = ("No key: it saves first." if saves else "No key: every change is in its files.",)
    elif changes is None:
        lost = ("What Redis has not saved, if it ends without saving: how many changes was not observed.",)
    else:
        what = "What changed since the last save, if it ends without saving."
        lost = (f"{what} {_last_save(site)} {_keys_by_database(site)}",)
    connected = clients(site)
    cut = "How many clients it cuts off: not observed." if connected is None else ""
    return (*lost, cut or f"The connections of {plural(connected or 0, 'client')}.", *_kept(site))


def _keys_by_database(site: Site) -> str:
    if keys(site) is None:
        return "How many keys it has: not observed."
    held = databases(own_info(site))
    where = listed([f"{name} {database.keys:,}" for name, database in held.items()])
    return f"It had {plural(keys(site) or 0, 'key')}{f' ({where})' if held else ''}{counted_at(site)}."


def _keys_by_prefix(site: Site) -> tuple[str, ...]:
    """By the sample of the database that the URL names."""
    seen = site.e.registrations.value
    if seen is None or not seen.sampled:
        return () if keys(site) == 0 else ("What its keys are called: not observed.",)
    shown = listed([f"{prefix} {count:,}" for prefix, count in seen.prefixes.items()], 8)
    return (f"Of {plural(seen.sampled, 'key')} sampled in db{seen.db}: {shown}.",)


def _last_save(site: Site) -> str:
    info = own_info(site)
    at, changes = number(info, "rdb_last_save_time"), number(info, "rdb_changes_since_last_save")
    if not at:
        return "Its last save: not observed."
    since = "" if changes is None else f", {plural(changes, 'change')} since"
    return f"Its last save was on {datetime.fromtimestamp(at, UTC):%Y-%m-%d at %H:%M:%S} UTC{since}."


def _connected(site: Site) -> str:
    connected = clients(site)
    if connected is None:
        return "How many clients are connected: not observed."
    return f"Connected then: {plural(connected, 'client')}."


def _kept(site: Site) -> tuple[str, ...]:
    kept = volumes(site.found) if site.found is not None else []
    return (f"What is in {listed(kept)} stays.",) if kept else ()
