"""The lab of a project's surroundings."""

from __future__ import annotations

from runbooklab.domains.environment.lab.healthy import HEALTHY
from runbooklab.domains.environment.lab.host import HOST_FAULTS
from runbooklab.domains.environment.lab.python import PYTHON_FAULTS
from runbooklab.domains.environment.lab.settings import SETTINGS_FAULTS
from runbooklab.domains.environment.lab.testbed import ProjectTestbed
from runbooklab.lab.lab import Lab
from runbooklab.lab.testbed import Testbed


def _copies(words: list[str], testbed: Testbed) -> bool:
    """``cp -n SOURCE TARGET`` within the testbed."""
    return testbed.owns_files([word for word in words[1:] if not word.startswith("-")])


def _mounts(words: list[str], testbed: Testbed) -> bool:
    """``mount -o remount,… PLACE`` of the testbed."""
    return (
        len(words) == 4
        and words[1] == "-o"
        and words[2].startswith("remount,")
        and testbed.owns_files(words[3:])
    )


def _installs(words: list[str], testbed: Testbed) -> bool:
    """``install -d -o USER PLACE``: a folder of the testbed."""
    return words[1:3] == ["-d", "-o"] and testbed.owns_files(words[4:])


def _edits(words: list[str], testbed: Testbed) -> bool:
    """``sed -i … FILE...``: files of the testbed, after the scripts."""
    return testbed.owns_files([word for word in words[1:] if word.startswith("/")]) and words[-1].startswith(
        "/"
    )


def _copies_out(words: list[str], testbed: Testbed) -> bool:
    """``iconv … FILE > FILE``; what is written to is looked at for every command."""
    return testbed.owns_files([word for word in words[1:] if word.startswith("/")])


def _makes_venv(words: list[str], testbed: Testbed) -> bool:
    """``python3 -m venv PLACE`` of the testbed."""
    return words[1:3] == ["-m", "venv"] and testbed.owns_files(words[3:])


LAB: Lab[ProjectTestbed] = Lab(
    title="Environment",
    runbook="environment-setup",
    domains=("environment",),
    faults=(*SETTINGS_FAULTS, *PYTHON_FAULTS, *HOST_FAULTS),
    testbed=ProjectTestbed,
    healthy=HEALTHY,
    manual_signs=(
        ("pip install", "packages come from a registry"),
        ("apt-get", "the system's packages are changed"),
        ("prlimit", "a running process is changed"),
        ("export PYTHON", "the person's own shell is changed"),
        ("export no_proxy", "the person's own shell is changed"),
        ("unset ", "the person's own shell is changed"),
        ("ulimit", "the person's own shell is changed"),
        ("git lfs", "models come from another machine"),
    ),
    commands={
        "cp": _copies,
        "mount": _mounts,
        "install": _installs,
        "sed": _edits,
        "iconv": _copies_out,
        "python3": _makes_venv,
    },
    stopgaps={
        "copy-env-example": "the example's values are placeholders until a person replaces them",
        "add-env-variables": "the example's values are placeholders until a person replaces them",
        "replace-model": "the model is to be downloaded again",
    },
)
