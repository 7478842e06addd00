"""The remedies: commands for a person to paste, with this target's names in them."""

from runbook_disk.evidence import DiskEvidence
from runbooklab.domain import Remedy, Steps, command


def find_what_fills(e: DiskEvidence) -> Steps:
    path = e.target.path
    return Steps(
        commands=(f"{command('du', '-xh', '--max-depth=1', path)} | sort -h | tail",),
        changes="Nothing: it shows the largest folders. Delete there what nobody needs.",
        risk="none",
        confirm=(command("df", "-h", path),),
    )


def remount_writable(e: DiskEvidence) -> Steps:
    path = e.target.path
    return Steps(
        commands=(command("sudo", "mount", "-o", "remount,rw", path),),
        changes=f"{path} takes writes again. Read the kernel's log first: it does so after errors.",
        risk="medium",
        confirm=(command("findmnt", "-T", path),),
        undo=(command("sudo", "mount", "-o", "remount,ro", path),),
    )


REMEDIES = (
    Remedy("remount-writable", "Mount the file system for writing", remount_writable),
    Remedy("find-what-fills", "Find what takes the room", find_what_fills),
)
