"""A setting of a Redis whose CONFIG was renamed or switched off: it is changed where Redis reads it."""

from __future__ import annotations

from collections.abc import Sequence

from runbooklab.domain.shell import EDITOR
from runbooklab.domain.steps import Steps
from runbooklab.domains.container.remedies.recreate import Change
from runbooklab.domains.container.shell import command
from runbooklab.domains.redis.remedies.losses import at_risk, at_stop, lost_at_stop
from runbooklab.domains.redis.remedies.recreate import recreated
from runbooklab.domains.redis.remedies.redis_files import config_path, edit, on_host
from runbooklab.domains.redis.remedies.running import setting_value, without_settings
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.model.file_edit import FileEdit
from runbooklab.observe.docker.records import Container, RunOption
from runbooklab.words import listed

#: A setting's name and its value, as a configuration file has them.
Setting = tuple[str, str]


def config_is_gone(site: Site) -> bool:
    """Whether Redis is known not to take the command CONFIG by its name."""
    config = site.e.server_config.value
    return config is not None and "CONFIG" in config.renamed


def set_at_start(site: Site, settings: Sequence[Setting], changes: str) -> Steps:
    """The settings in the file that Redis is started with, or in its command; both take effect at a start."""
    found = site.found
    why = f"{changes} Redis' command CONFIG is renamed or switched off: "
    lines = listed([f'"{name} {value}"' for name, value in settings])
    if found is None:
        return Steps(
            commands=(f"sudo {EDITOR} /etc/redis/redis.conf", "sudo systemctl restart redis-server"),
            changes=f"{why}write {lines} into the file that it reads, and restart it. "
            f"{at_stop(site, 'it')} {at_risk(site)}".strip(),
            risk="medium",
            confirm=(site.ping,),
            loses=lost_at_stop(site),
        )
    path = config_path(found)
    if path and not any(setting_value(found, name) for name, _ in settings):
        return Steps(
            commands=(*edit(found, path), command("docker", "restart", found.name)),
            changes=f"{why}write {lines} into {path}, which Redis reads, and restart it. "
            f"{at_stop(site, f'container {found.name}')} {at_risk(site)}".strip(),
            risk="medium",
            confirm=(site.logs, site.ping),
            loses=lost_at_stop(site),
            edits=_at_the_end(found, path, settings),
        )
    shown = " ".join(f"--{name} {value}" for name, value in settings)
    return recreated(
        site,
        found,
        Change(f"write {shown} under command", words=_words(found, settings)),
        f"{why}its command gets {shown}.",
    )


def _at_the_end(found: Container, path: str, settings: Sequence[Setting]) -> tuple[FileEdit, ...]:
    """The lines, if the file is on this host and no value is a person's to type; the last one counts."""
    outside = on_host(found, path)
    if not outside or any("$" in value for _, value in settings):
        return ()
    return tuple(FileEdit(outside, 0, "", f"{name} {value}") for name, value in settings)


def _words(found: Container, settings: Sequence[Setting]) -> tuple[RunOption, ...]:
    kept = without_settings(found, [name for name, _ in settings])
    given = (word for name, value in settings for word in (f"--{name}", *value.split()))
    return (*kept, *(RunOption("", word) for word in given))
