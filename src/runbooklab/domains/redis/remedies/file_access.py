"""Plans for a file that is there and that Redis may not read: a configuration, ACL file or key."""

from __future__ import annotations

from pathlib import PurePosixPath

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.shell import command
from runbooklab.domains.redis.readings.logs import lines_of_last_run
from runbooklab.domains.redis.remedies.persistence import owner
from runbooklab.domains.redis.remedies.redis_files import config_path, mount_at, on_host
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.observe.docker.records import Container

_DENIED = "Permission denied"
#: What Redis reads at its start; the data folder is another matter (see persistence).
_ROLES = ("config", "include", "aclfile", "tls")


def unreadable_file(site: Site, found: Container) -> str:
    """The file that the last run was denied, as the container names it; "" if there is none.

    Only one that a mount holds: what the image brings belongs to whom the image says.
    """
    config = site.e.server_config.value
    known = [file.path for file in config.files if file.role in _ROLES] if config else []
    lines = [line.text for line in lines_of_last_run(site.e) if _DENIED in line.text]
    paths = dict.fromkeys((*known, config_path(found)))
    return next(
        (path for path in paths if path and mount_at(found, path) and any(path in line for line in lines)), ""
    )


def let_read(site: Site, found: Container, path: str) -> Steps:
    """The file is given to whom Redis runs as: its mode, and so who else may read it, stays."""
    who = owner(site).partition(":")[0]
    outside = on_host(found, path)
    if outside:
        give: tuple[str, ...] = (command("ls", "-ln", outside), command("sudo", "chown", who, outside))
    else:
        helper = ("docker", "run", "--rm", "--user", "0", "--network", "none", "--volumes-from", found.name)
        give = (command(*helper, "--entrypoint", "chown", found.image, who, path),)
    again = "restart" if found.state in ("running", "restarting") else "start"
    folder = PurePosixPath(outside or path).parent
    return Steps(
        commands=(*give, command("docker", again, found.name)),
        changes=f"Gives {outside or path} to user {who}, as whom Redis runs and who may not read it now; "
        "nobody else gets to read it, and you edit it with sudo from then on. That user needs the right to "
        f"enter {folder} too (x).",
        confirm=(site.logs, site.ping),
    )
