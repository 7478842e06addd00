"""The domain keeps to the rules, and evidence distinguishes its causes."""

from runbook_disk.domain import DOMAIN
from runbook_disk.evidence import DiskEvidence, FileSystem
from runbooklab.model import Observation
from runbooklab.testing import check_domain


def seen(free_bytes: int, read_only: bool = False) -> DiskEvidence:
    return DiskEvidence().having(Observation("file-system", value=FileSystem(1000, free_bytes, read_only)))


def test_the_domain() -> None:
    check_domain(
        DOMAIN,
        samples={"disk-full": seen(20), "disk-read-only": seen(500, read_only=True)},
        healthy=seen(500),
    )
