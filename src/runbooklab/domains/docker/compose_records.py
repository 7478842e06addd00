"""What was seen in the Compose file: names, numbers and places, never a value that may be secret."""

from __future__ import annotations

from typing import Literal, Protocol

from msgspec import Struct

from runbooklab.domains.docker.container_records import HeldName
from runbooklab.domains.docker.records import ImageSeen


class Placed(Protocol):
    """A part of the file that says where it stands."""

    @property
    def file(self) -> str: ...

    @property
    def line(self) -> int: ...


class Defect(Struct, frozen=True):
    """Why Compose refuses the file, in its words as far as they are known."""

    message: str
    line: int = 0
    key: str = ""
    text: str = ""  # the line as it stands, redacted
    file: str = ""  # in which the line is, if it is another one than ComposeLook.path


class Unset(Struct, frozen=True):
    name: str
    line: int = 0
    key: str = ""
    required: bool = False  # Compose stops
    text: str = ""
    file: str = ""


class Bind(Struct, frozen=True):
    """A bind mount of a service, and what stands at its source on this host."""

    service: str
    source: str
    target: str = ""
    line: int = 0
    makes_folder: bool = True  # short syntax, or create_host_path
    kind: Literal["missing", "empty-directory", "directory", "file", "other", "hidden"] = "other"
    what: str = "bind"  # or "secret", "config"
    file: str = ""


class Service(Struct, frozen=True):
    name: str
    line: int = 0
    container_name: str = ""
    image: str = ""
    builds: bool = False
    pull_policy: str = ""
    platform: str = ""
    profiles: tuple[str, ...] = ()
    asks_for_gpu: bool = False
    runtime: str = ""
    cpus: float | None = None
    memory_bytes: int | None = None
    reservation_bytes: int | None = None
    swap_bytes: int | None = None
    cpuset: str = ""
    one_shot: bool = False
    buildkit: bool = False
    file: str = ""


class ComposeNetwork(Struct, frozen=True):
    """A network as the engine will know it."""

    name: str
    key: str
    external: bool = False
    subnets: tuple[str, ...] = ()
    line: int = 0
    used_by: tuple[str, ...] = ()
    file: str = ""


class ComposeVolume(Struct, frozen=True):
    name: str
    key: str
    external: bool = False
    line: int = 0
    file: str = ""


class ComposeLook(Struct, frozen=True):
    path: str
    given: bool = False
    there: bool = False
    readable: bool = True
    project: str = ""
    env_file: str = ""
    env_there: bool = False
    defects: tuple[Defect, ...] = ()
    unset: tuple[Unset, ...] = ()
    services: tuple[Service, ...] = ()
    networks: tuple[ComposeNetwork, ...] = ()
    volumes: tuple[ComposeVolume, ...] = ()
    binds: tuple[Bind, ...] = ()
    same_names: tuple[tuple[str, str, str], ...] = ()  # container_name, service, other service
    #: The files that are merged, if an override file or COMPOSE_FILE makes it more than the one at ``path``.
    layers: tuple[str, ...] = ()

    def where(self, each: Placed) -> str:
        """The file of a part, and its line if it is known: ``compose.yaml, line 4``."""
        file = each.file or self.path
        return f"{file}, line {each.line}" if each.line else file


class ComposeOnEngine(Struct, frozen=True):
    """What the engine has of the Compose file."""

    images: tuple[ImageSeen, ...] = ()
    held_names: tuple[HeldName, ...] = ()
    containers: tuple[str, ...] = ()  # names of those that belong to the project
    services: tuple[str, ...] = ()  # services that have one
