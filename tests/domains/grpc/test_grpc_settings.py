"""How workers are called, by the parameters: what can mean nothing is said, and not called in vain."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from runbooklab.domains.grpc.probes.settings import settings_of
from runbooklab.domains.grpc.target import Target
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import Vault


def _context(**parameters: str) -> Any:
    """As much of a run as the settings need; there is no configuration."""
    target = Target({"orchestrator_config": "", **parameters})
    return cast("Any", SimpleNamespace(target=target, vault=Vault(), project=None))


@pytest.mark.parametrize(
    ("name", "value"),
    [("worker_tls", "maybe"), ("worker_service", "not a service"), ("worker_server_name", "a/b")],
)
def test_a_parameter_that_can_mean_nothing_is_refused(name: str, value: str) -> None:
    """The sentence names the parameter and what it holds."""
    with pytest.raises(NotObserved) as refused:
        settings_of(_context(**{name: value}))
    assert name in refused.value.missing.detail
    assert repr(value) in refused.value.missing.detail


@pytest.mark.parametrize(("value", "tls"), [("ON", True), ("required", True), ("off", False), ("", False)])
def test_tls_is_on_or_off_in_several_words(value: str, tls: bool) -> None:
    """In capitals too."""
    assert settings_of(_context(worker_tls=value)).tls is tls
