"""Plans for Redis' data files: damaged, or written by a newer Redis."""

from __future__ import annotations

import shlex

from msgspec.structs import replace

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.remedies.recreate import Change
from runbooklab.domains.container.shell import command
from runbooklab.domains.redis.remedies.containers import log_reason
from runbooklab.domains.redis.remedies.fresh import run_container
from runbooklab.domains.redis.remedies.recreate import data_folder, recreated
from runbooklab.domains.redis.remedies.redis_files import mount_at
from runbooklab.domains.redis.remedies.site import Site

#: The image that reads data files of every version up to now.
NEWER_IMAGE = "redis:8-alpine"


def move_data_aside(site: Site) -> Steps:
    """Into a folder of this moment, so that nothing is overwritten when it is done twice."""
    found = site.found
    folder = data_folder(found) if found is not None else "/data"
    mount = mount_at(found, folder) if found is not None else None
    if found is not None and mount is None:
        return recreated(
            site,
            found,
            Change("give it an empty volume at " + folder, f"Make {site.name} again, empty", empty=True),
            f"Starts Redis empty: its data files are in {folder} of the container and in no volume, so they "
            f"stay in the old one (docker cp takes them out). Clients lose every key in them."
            f"{log_reason(site)}",
        )
    move = (
        f'cd {shlex.quote(folder)} && TO="damaged-$(date +%s)" && mkdir "$TO" && '
        'for FILE in *.rdb appendonly*; do [ ! -e "$FILE" ] || mv "$FILE" "$TO"/; done; ls -R "$TO"'
    )
    helper = (
        "docker", "run", "--rm", "--volumes-from", site.name, "--network", "none", "--entrypoint", "sh",
        site.image, "-c",
    )  # fmt: skip
    source = f" ({mount.source})" if mount is not None else ""
    return Steps(
        commands=(command(*helper, move), command("docker", "start", site.name)),
        changes=f"Moves Redis' data files at {folder} of {site.name}{source} into a folder damaged-TIME "
        "beside them and starts Redis empty: clients lose every key in them until the files are repaired. To "
        f"save more, run redis-check-aof --fix or redis-check-rdb on a copy first.{log_reason(site)}",
        risk="high",
        confirm=(site.logs, site.ping),
        destructive=True,
        loses=(
            f"For clients, every key in the data files at {folder}, until they are repaired: how many was "
            "not observed. The files stay, in the folder damaged-TIME.",
        ),
    )


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
    pull = command("docker", "pull", NEWER_IMAGE)
    return replace(steps, commands=(pull, *steps.commands), risk="high", appliable=False)
