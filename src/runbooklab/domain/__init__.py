"""The interface between the core and its subjects: what a package that adds a domain imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbooklab.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from runbooklab.domain.cause import Cause, Inspection, RuledOut, Ruling, Supported, Untested
    from runbooklab.domain.check import Check
    from runbooklab.domain.common import ERROR_TEXT
    from runbooklab.domain.contributions import Contributions
    from runbooklab.domain.domain import Domain
    from runbooklab.domain.judgement import (
        absent,
        critical,
        ok,
        skipped,
        table,
        unknown,
        unseen,
        warning,
        why,
    )
    from runbooklab.domain.layer import Layer, ladder_of
    from runbooklab.domain.probe import AnyProbe, Probe
    from runbooklab.domain.remedy import Remedy, RemedyRows
    from runbooklab.domain.rules import Rules
    from runbooklab.domain.shell import Shell, command, quoted
    from runbooklab.domain.sign import Sign, SignTable
    from runbooklab.domain.steps import Steps
    from runbooklab.domain.verb import Action, NotDone, Verb
    from runbooklab.domain.verdict import Ground, Standing, always, never
    from runbooklab.domain.watcher import Look, Watcher
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "cause": ("Cause", "Inspection", "RuledOut", "Ruling", "Supported", "Untested"),
            "check": ("Check",),
            "common": ("ERROR_TEXT",),
            "contributions": ("Contributions",),
            "domain": ("Domain",),
            "judgement": (
                "absent",
                "critical",
                "ok",
                "skipped",
                "table",
                "unknown",
                "unseen",
                "warning",
                "why",
            ),
            "layer": ("Layer", "ladder_of"),
            "probe": ("AnyProbe", "Probe"),
            "remedy": ("Remedy", "RemedyRows"),
            "rules": ("Rules",),
            "shell": ("Shell", "command", "quoted"),
            "sign": ("Sign", "SignTable"),
            "steps": ("Steps",),
            "verb": ("Action", "NotDone", "Verb"),
            "verdict": ("Ground", "Standing", "always", "never"),
            "watcher": ("Look", "Watcher"),
        },
    )

__all__ = [
    "ERROR_TEXT",
    "Action",
    "AnyProbe",
    "Cause",
    "Check",
    "Contributions",
    "Domain",
    "Ground",
    "Inspection",
    "Layer",
    "Look",
    "NotDone",
    "Probe",
    "Remedy",
    "RemedyRows",
    "RuledOut",
    "Rules",
    "Ruling",
    "Shell",
    "Sign",
    "SignTable",
    "Standing",
    "Steps",
    "Supported",
    "Untested",
    "Verb",
    "Watcher",
    "absent",
    "always",
    "command",
    "critical",
    "ladder_of",
    "never",
    "ok",
    "quoted",
    "skipped",
    "table",
    "unknown",
    "unseen",
    "warning",
    "why",
]
