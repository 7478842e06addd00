"""Making a container again: what that costs Redis, and what becomes of its data."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.compose import compose_service
from runbooklab.domains.container.remedies import recreate
from runbooklab.domains.container.remedies.made_with import volumes
from runbooklab.domains.container.remedies.recreate import Change, Program, is_up, removes_itself
from runbooklab.domains.redis.remedies.losses import at_risk, at_stop, keys, lost_at_stop, unsaved
from runbooklab.domains.redis.remedies.running import own_words
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.observe.docker.records import Container
from runbooklab.words import listed, plural

#: Variables that the Redis image itself sets.
_BY_IMAGE = frozenset({"PATH", "GOSU_VERSION", "REDIS_VERSION", "REDIS_DOWNLOAD_URL", "REDIS_DOWNLOAD_SHA"})


def recreated(site: Site, found: Container, change: Change, why: str) -> Steps:
    """The steps that make ``found`` again with ``change``; ``why`` is a sentence that says what for."""
    if change.words is None:
        change = replace(change, words=own_words(found))
    return recreate.recreated(found, site.e.container.value, change, why, _program(site, found, change))


def _program(site: Site, found: Container, change: Change) -> Program:
    stops = f" {at_stop(site, f'container {found.name}', found)}"
    known = Program(
        site.ping,
        stops,
        "",
        portable=not _copies_data(found),
        loses=_lost(site, found, change),
        image=site.image,
        by_image=_BY_IMAGE,
    )
    if site.found is None or found.name != site.found.name:
        return known
    if compose_service(found) is not None:
        return replace(known, data=_data(site, found, copies=False))
    if change.empty:
        return known
    copies = _copies_data(found) and not removes_itself(found)
    return replace(
        known,
        data=_data(site, found, copies),
        saved=_saved_first(site, is_up(found)),
        copied=data_folder(found) if copies else "",
    )


def _lost(site: Site, found: Container, change: Change) -> tuple[str, ...]:
    """What is gone for good, with figures; of another container than Redis' nothing more was observed."""
    if site.found is None or found.name != site.found.name:
        return ("What its program holds in memory alone: how much was not observed.",)
    gone = compose_service(found) is not None or removes_itself(found)
    outside = f"What is at {data_folder(found)} in the container: it is in no volume."
    bare = _copies_data(found) and (gone or change.empty)
    saves = bool(_saved_first(site, is_up(found))) and not change.empty and not gone
    return (*lost_at_stop(site, saves=saves), *((outside,) if bare else ()))


def data_folder(found: Container) -> str:
    """The folder in which its command, or else the image, has Redis keep its data."""
    words = [word.value for word in own_words(found)]
    at = words.index("--dir") + 1 if "--dir" in words else 0
    return words[at] if 0 < at < len(words) else "/data"


def _copies_data(found: Container) -> bool:
    """Whether Redis' data is in the container itself, and may be there at all."""
    folder = data_folder(found).rstrip("/")
    mounted = any(f"{folder}/".startswith(f"{mount.destination.rstrip('/')}/") for mount in found.mounts)
    return bool(folder) and not mounted and not _in_memory(found) and found.state not in ("created", "")


def _saved_first(site: Site, running: bool) -> tuple[str, ...]:
    """A save, if Redis would not write by itself what it has when it is stopped."""
    answers = site.e.inside.value is not None and site.e.inside.value.code == "PONG"
    helps = running and answers and bool(keys(site)) and unsaved(site) != 0
    return (site.cli("SAVE"),) if helps and site.found and not _in_memory(site.found) else ()


def _in_memory(found: Container) -> bool:
    """Whether the data folder itself is in memory: a save does not outlive the container."""
    folder = data_folder(found).rstrip("/")
    tmpfs = (option.value.partition(":")[0] for option in found.options or () if option.option == "--tmpfs")
    return any(f"{folder}/".startswith(f"{path.rstrip('/')}/") for path in tmpfs)


def _data(site: Site, found: Container, copies: bool) -> str:
    """What becomes of the data, as sentences."""
    outlive = volumes(found)
    kept = f" What is in {listed(outlive)} stays." if outlive else ""
    count = keys(site)
    if _in_memory(found):
        return f"{kept} Its data folder is in memory: {plural(count or 0, 'key')} lost." if count else kept
    if copies:
        return f"{kept} Its data folder, which is no volume, is copied.{_unsaved(site, found)}"
    if not outlive and found.state in ("created", ""):
        return ""
    if not outlive:
        lost = f", {plural(count, 'key')}" if count else ""
        return f"{kept} It has no volume: what is in it is lost{lost}."
    return kept + _unsaved(site, found)


def _unsaved(site: Site, found: Container) -> str:
    running = found.state == "running"
    lost = at_risk(site) if running and not _saved_first(site, running) else ""
    return f" {lost}" if lost else ""
