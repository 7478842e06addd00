"""The runbook of HTTP services names what is wrong with real servers."""

from __future__ import annotations

from typing import Any

import pytest
from declared_drills import cases_of, check, place_of

from runbooklab.domains.generic.lab.http_service import LAB
from runbooklab.lab.fault import Case

#: Those that show a way of looking each.
OFTEN = (
    "http-refused",
    "http-configuration-rejected",
    "http-tls-missing",
    "http-certificate-expired",
    "http-certificate-not-loaded",
    "http-upstream-down",
    "http-upstream-down/container",
    "http-path-missing",
    "http-files-unreadable",
    "http-redirected-away",
    "own-authority",
    "configuration-changed",
)


#: Faults whose fix is not on this machine, or needs to know more than the run does.
BY_HAND = {
    "http-name-unknown",
    "http-refused/unnamed",
    "http-port-silent",
    "http-port-silent/rejected",
    "http-not-http",
    "http-certificate-expired",
    "http-certificate-early",
    "http-certificate-other-name",
    "http-certificate-untrusted",
    "http-certificate-expiring",
    "http-upstream-down",
    "http-upstream-down/breaks-off",
    "http-upstream-slow",
    "http-server-error/unchanged",
    "http-hangs",
    "http-slow",
}


@pytest.mark.parametrize("case", cases_of(LAB, OFTEN))
def test_the_http_runbook_names_it(case: Case[Any]) -> None:
    """The injected cause is named first, an odd server raises no alarm, and all but some are fixed."""
    remediation = check(case, place_of(LAB))
    assert (remediation is not None and not remediation.is_healthy) == (case.id in BY_HAND)
