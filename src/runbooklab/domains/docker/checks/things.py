"""Checks of the Compose file, networks, mounts, resources and images."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, ok, skipped, table, unseen
from runbooklab.domains.docker.compose_records import Placed
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.focus import found, unobserved
from runbooklab.domains.docker.readings.subnets import pools_of
from runbooklab.model.conclusions import Judgement
from runbooklab.words import listed, plural, size


def compose_file(e: Evidence) -> Judgement:
    look = e.compose.value
    if look is None:
        return absent(e, e.compose, "The Compose file")
    if not look.there:
        return skipped(f"There is no Compose file {look.path}.")
    if not look.readable:
        return unseen("The Compose file", f"{look.path} may not be read by this user")
    facts = {
        "Project": look.project,
        "Files": ", ".join(look.layers),
        "Services": ", ".join(each.name for each in look.services[:12]),
        "Variables": look.env_file if look.env_there else f"{look.env_file} (not there)",
    }
    rows = [(_line(each), each.text, each.message) for each in look.defects]
    rows += [(_line(each), each.text, f"{each.name} is not set") for each in look.unset]
    shown = (table(("Line", "Text", "What is wrong"), rows, look.path),) if rows else ()
    return ok(
        f"{look.path} is valid: {plural(len(look.services), 'service')} of the project {look.project}.",
        facts={name: value for name, value in facts.items() if value},
        tables=shown,
    )


def _line(each: Placed) -> str:
    """The line, and the file if it is another one than the Compose file itself."""
    line = str(each.line or "")
    return f"{each.file}:{line}" if each.file else line


def compose_engine(e: Evidence) -> Judgement:
    look, on = e.compose.value, e.compose_engine.value
    if look is None or not look.there:
        return skipped("There is no Compose file here.")
    if on is None:
        return absent(e, e.compose_engine, "What the engine has of the Compose file")
    rows = [(each.name, each.image, "yes" if each.name in on.services else "no") for each in look.services]
    count, of = len(on.services), plural(len(look.services), "service")
    has = f"{count} of the {of} of {look.path} {'has' if count == 1 else 'have'} a container"
    return ok(
        f"{has if count else f'No container was made of {look.path} yet'}; no name that it "
        "asks for is taken.",
        tables=(table(("Service", "Image", "Container"), rows, look.path),),
    )


def networks(e: Evidence) -> Judgement:
    look = e.networks.value
    if look is None:
        return absent(e, e.networks, "The engine's networks")
    rows = [(each.name, each.driver, ", ".join(each.subnets), str(each.members)) for each in look.networks]
    shown = (table(("Network", "Driver", "Subnets", "Containers"), rows, "Networks"),)
    engine = e.engine.value
    left = ""
    if engine is not None:
        pools = pools_of(engine.pools, look)
        left = f", and {pools.free} of {pools.all} subnets are free"
    return ok(f"The engine has {plural(len(look.networks), 'network')}{left}.", tables=shown)


def mounts(e: Evidence) -> Judgement:
    if why := unobserved(e):
        return unseen("The containers' mounts", why.removeprefix("Not observed: ").rstrip("."))
    rows = [
        (
            known.name,
            mount.source,
            mount.destination,
            _kind(mount.exists, mount.directory, mount.empty),
            _owner(mount.uid, mount.mode),
        )
        for view, known in found(e)
        for mount in view.extras.mounts
    ]
    if not rows:
        return skipped("Nothing is mounted into a container in question.")
    shown = (table(("Container", "Source", "Place inside", "Kind", "Owner"), rows, "Mounts"),)
    return ok(f"{plural(len(rows), 'mount')} of the containers can be used.", tables=shown)


def _kind(exists: bool | None, directory: bool, empty: bool) -> str:
    if exists is None:
        return "not seen"
    if not exists:
        return "not there"
    return ("empty directory" if empty else "directory") if directory else "file"


def _owner(uid: int, mode: int) -> str:
    return f"uid {uid}, {mode:04o}" if uid >= 0 else ""


def resources(e: Evidence) -> Judgement:
    engine = e.engine.value
    if engine is None:
        return absent(e, e.engine, "What the engine has")
    return ok(
        f"The engine's {engine.cpus} CPUs and {size(engine.memory_bytes)} are enough for what is asked for."
    )


def images(e: Evidence) -> Judgement:
    look, on = e.compose.value, e.compose_engine.value
    if look is None or not look.there:
        known = [each.image for _, each in found(e)]
        return (
            ok("The images of the containers in question are there.")
            if known
            else skipped("No image is asked for.")
        )
    if on is None:
        return absent(e, e.compose_engine, "The images of the Compose file")
    rows = [(each.name, "yes" if each.present else "no", each.architecture) for each in on.images]
    shown = (table(("Image", "On this engine", "Machine"), rows, look.path),) if rows else ()
    gone = [each.name for each in on.images if not each.present]
    if gone and not look.given:
        return skipped(
            f"{listed(gone)} of {look.path}: not on this engine, and nobody named that file.", tables=shown
        )
    if gone:
        return ok(f"{listed(gone)} of {look.path}: not here yet, Compose pulls or builds it.", tables=shown)
    return ok(f"Every image of {look.path} is on this engine.", tables=shown)
