"""What tests take for the words of systemd is what a real one says."""

from __future__ import annotations

import re

from docker import DockerClient
from docker.errors import DockerException

from machine import lacking
from runbooklab.domains.generic.lab.systemd import image, systemd
from runbooklab.domains.generic.lab.testbed import DeclaredTestbed
from runbooklab.domains.generic.probes.service import PROPERTIES
from runbooklab.lab.testbed import Unavailable
from systemd_units import SHOWN, UNITS, brought_about

_CLOCK = re.compile(r"(?<=StateChangeTimestampMonotonic=)[1-9]\d*")


def test_a_real_systemd_shows_what_is_recorded() -> None:
    """Each unit's properties, word for word but for the clock, by the systemd of this machine."""
    try:
        client = DockerClient.from_env(timeout=60)
        client.ping()
    except DockerException:
        lacking("needs a Docker engine")
    with DeclaredTestbed(client, image(client.api)) as bed:
        try:
            running = systemd(bed, UNITS)
        except Unavailable as error:
            lacking(str(error))
        brought_about(running)
        properties = f"--property={','.join(PROPERTIES)}"

        def shown(unit: str) -> list[str]:
            said = running.ctl("show", "--no-ask-password", properties, "--", unit)
            return sorted(_CLOCK.sub("TIME", said).splitlines())

        recorded = {unit: sorted(_CLOCK.sub("TIME", text).splitlines()) for unit, text in SHOWN.items()}
        bed.until(
            lambda: {unit: shown(unit) for unit in SHOWN} == recorded, lambda: str(list(map(shown, SHOWN)))
        )
