"""The drills: small file systems of our own, broken on purpose."""

import os
import subprocess

from runbooklab.lab import Fault, Healthy, Lab, Situation, Testbed, Unavailable


def mounted(testbed: Testbed, *options: str) -> Situation:
    """A file system of 1 MiB in memory, as long as the drill runs."""
    if os.geteuid() != 0:
        raise Unavailable("needs root, to mount a file system")
    folder = testbed.folder / "mount"
    folder.mkdir()
    try:
        testbed.run(["mount", "-t", "tmpfs", "-o", ",".join(("size=1m", *options)), "tmpfs", str(folder)])
    except subprocess.CalledProcessError as error:
        raise Unavailable(f"needs to mount a file system: {error.stderr.strip()}") from error
    testbed.later(lambda: testbed.run(["umount", str(folder)]))
    return Situation({"path": str(folder)})


def filled(testbed: Testbed) -> Situation:
    situation = mounted(testbed)
    testbed.file("mount/filling", bytes(1000 * 1024))
    return situation


def mounted_read_only(testbed: Testbed) -> Situation:
    return mounted(testbed, "ro")


def wanting_all(testbed: Testbed) -> Situation:
    """No fault of the file system: only the limit is out of reach. It needs no root."""
    return Situation({"path": str(testbed.folder), "min_free_percent": 100})


LAB = Lab(
    title="Disk",
    runbook="disk-room",
    domains=("disk",),
    testbed=Testbed,
    faults=(
        Fault("disk-full", "A file system of 1 MiB is filled.", filled),
        Fault("disk-full/limit", "All room is wanted free; the file system itself is well.", wanting_all),
        Fault("disk-read-only", "A file system is mounted read-only.", mounted_read_only),
    ),
    healthy=(Healthy("empty-file-system", "A file system of 1 MiB is empty.", mounted),),
)
