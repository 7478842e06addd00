"""The domain, as one value."""

from collections.abc import Mapping
from typing import Any

from runbook_disk.causes import CAUSES
from runbook_disk.checks import CHECKS, free_percent
from runbook_disk.evidence import FILE_SYSTEM, MIN_FREE_PERCENT, PATH, DiskEvidence
from runbook_disk.remedies import REMEDIES
from runbooklab.domain import Contributions, Domain, Ground, Layer, Standing, ladder_of

#: In the order in which they are fixed.
LAYERS = (
    Layer("mount", "Mount", "How it is mounted", "Nothing can be stored there.", ("disk-writable",)),
    Layer("room", "Room", "Room", "There is no room left to store anything.", ("disk-room",)),
)


def healthy(e: DiskEvidence) -> str:
    seen = e.file_system.value
    left = f"{free_percent(seen):.0f} %" if seen else "some"
    return f"{e.target.path} takes writes and has {left} of its room left."


STANDING = Standing(
    claim="the file system can be used",
    grounds=(Ground("disk-writable", "it takes writes"), Ground("disk-room", "it has room")),
    healthy=healthy,
    validation=("disk-writable", "disk-room"),
)


def target_name(parameters: Mapping[str, Any], evidence: DiskEvidence | None) -> str:
    return str(parameters.get("path", ""))


DOMAIN = Domain(
    name="disk",
    title="Disk",
    view=DiskEvidence,
    parameters=(PATH, MIN_FREE_PERCENT),
    probes=(FILE_SYSTEM,),
    checks=CHECKS,
    causes=CAUSES,
    remedies=REMEDIES,
    layers=LAYERS,
    standing=STANDING,
    contributions=Contributions(ladder=ladder_of(LAYERS), target_name=target_name),
    lab="runbook_disk.lab:LAB",
)
