"""A container that Docker Compose made: its project, file and service, and the commands that change it there.

Compose writes them into labels (Compose specification; docker/compose, pkg/api/labels.go). What is changed
past Compose is undone by its next ``up``.
"""

from __future__ import annotations

import re

from msgspec import Struct

from runbooklab.domain.shell import EDITOR, path_word
from runbooklab.domains.container.shell import command
from runbooklab.observe.docker.records import Container

#: What a project and a service may be called (Compose specification: name, services).
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*")
_PREFIX = "com.docker.compose."


class ComposeService(Struct, frozen=True):
    """Where a container's definition is. ``files`` is empty if its labels don't say."""

    project: str
    service: str
    files: tuple[str, ...] = ()
    folder: str = ""
    version: str = ""

    @property
    def file(self) -> str:
        """The file to edit: the last one has the last word."""
        return self.files[-1] if self.files else "docker-compose.yml"

    @property
    def edit(self) -> str:
        """The command that opens the file."""
        return f"{EDITOR} {command(path_word(self.file))}"

    def run(self, *words: str) -> str:
        """A command of Compose for this project."""
        program = ("docker-compose",) if self.version.startswith("1.") else ("docker", "compose")
        folder = ("--project-directory", self.folder) if self.folder and self.files else ()
        files = (word for file in self.files for word in ("-f", file))
        return command(*program, "-p", self.project, *folder, *files, *words)

    @property
    def up(self) -> str:
        """Make the service again as its file says now, and nothing else."""
        return self.run("up", "-d", "--no-deps", self.service)

    @property
    def up_recreated(self) -> str:
        """Make the service again although its file says what it said before."""
        return self.run("up", "-d", "--no-deps", "--force-recreate", self.service)

    @property
    def place(self) -> str:
        """The service in a sentence."""
        where = "" if self.files else " in the project's folder"
        return f"the service {self.service} of {self.file}{where}"


def compose_service(found: Container | None) -> ComposeService | None:
    """The service that ``found`` belongs to; None if Compose did not make it."""
    labels = found.labels if found is not None else {}
    project, service = labels.get(f"{_PREFIX}project", ""), labels.get(f"{_PREFIX}service", "")
    if not _NAME.fullmatch(project) or not _NAME.fullmatch(service):
        return None
    files = labels.get(f"{_PREFIX}project.config_files", "")
    return ComposeService(
        project,
        service,
        tuple(file for file in files.split(",") if file),
        labels.get(f"{_PREFIX}project.working_dir", ""),
        labels.get(f"{_PREFIX}version", ""),
    )
