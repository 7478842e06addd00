"""Plans for Redis' data files: damaged, or written by a newer Redis."""

from __future__ import annotations

from runbooklab.remedies.containers import log_reason, run_container
from runbooklab.remedies.recreate import Change, recreated
from runbooklab.remedies.site import Site
from runbooklab.remedies.steps import Steps, command

#: The image that reads data files of every version up to now.
NEWER_IMAGE = "redis:8-alpine"


def move_data_aside(site: Site) -> Steps:
    """Into a folder of this moment, so that nothing is overwritten when it is done twice."""
    folder = "/data"
    move = (
        f'cd {folder} && TO="damaged-$(date +%s)" && mkdir "$TO" && '
        'for FILE in *.rdb appendonly*; do [ ! -e "$FILE" ] || mv "$FILE" "$TO"/; done; ls -R "$TO"'
    )
    helper = (
        "docker", "run", "--rm", "--volumes-from", site.name, "--network", "none", "--entrypoint", "sh",
        site.image, "-c",
    )  # fmt: skip
    return Steps(
        commands=(command(*helper, move), command("docker", "start", site.name)),
        changes=f"Moves Redis' data files at {folder} of {site.name} ({_data_source(site)}) into a folder "
        "damaged-TIME beside them and starts Redis empty: every key in them is lost to clients until the "
        "files are repaired. To save more, run redis-check-aof --fix or redis-check-rdb on a copy first."
        f"{log_reason(site)}",
        risk="high",
        confirm=(site.logs, site.ping),
        destructive=True,
    )


def _data_source(site: Site) -> str:
    mounts = site.found.mounts if site.found else ()
    return next((one.source for one in mounts if one.destination.rstrip("/") == "/data"), "no volume")


def run_newer_redis(site: Site) -> Steps:
    found = site.found
    if found is None:
        return run_container(site)
    steps = recreated(
        site,
        found,
        Change(f"write {NEWER_IMAGE} under image", image=NEWER_IMAGE),
        f"Runs {NEWER_IMAGE} instead of {site.image} on the same data, which the older one can't read then.",
    )
    return Steps(
        (command("docker", "pull", NEWER_IMAGE), *steps.commands),
        steps.changes, "high", steps.confirm, steps.undo, steps.destructive,
    )  # fmt: skip
