"""What is looked at, what is seen there, and how the rules read it."""

from msgspec import Struct, field

from runbooklab.domain import Probe
from runbooklab.model import Evidence, Parameter, Target, seen

PATH = Parameter("path", "/", is_name=True)
MIN_FREE_PERCENT = Parameter("min_free_percent", 10, least=0, most=100)


class DiskTarget(Target, frozen=True):
    path = PATH
    min_free_percent = MIN_FREE_PERCENT


class FileSystem(Struct, frozen=True):
    """What statvfs(3) says of a file system."""

    total_bytes: int
    free_bytes: int  # to everybody, without what is reserved for root
    read_only: bool


FILE_SYSTEM = Probe(
    "file-system",
    FileSystem,
    run="runbook_disk.probe:file_system",
    looks_at="the file system",
)


class DiskEvidence(Evidence, frozen=True, kw_only=True):
    target: DiskTarget = field(default_factory=DiskTarget)
    file_system = seen(FILE_SYSTEM)
