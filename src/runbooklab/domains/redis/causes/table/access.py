"""Causes: access to Docker, which explains missing evidence."""

from __future__ import annotations

from runbooklab.domain.cause import Cause
from runbooklab.domains.redis.causes import docker_access
from runbooklab.domains.redis.evidence import Evidence

ROWS: tuple[Cause[Evidence], ...] = docker_access.CAUSES
