"""What Compose, or the engine behind it, refuses in a file whose form is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbooklab.domains.docker.readings.compose_defects import defects
from runbooklab.observe.compose.file import read_compose

REFUSED = {
    "links in a circle": ("a: {image: x, links: [b]}\n  b: {image: x, depends_on: [a]}", "dependency cycle"),
    "namespaces in a circle": (
        "a: {image: x, network_mode: 'service:b'}\n  b: {image: x, volumes_from: [a]}",
        "dependency cycle",
    ),
    "a port of four parts": ("a: {image: x, ports: ['80:80:80:80']}", "invalid port: 80:80:80:80"),
    "ranges of two lengths": ("a: {image: x, ports: ['8000-8002:80-81']}", "invalid ranges"),
    "a port that is too large": ("a: {image: x, ports: ['80800:80']}", "invalid hostPort: 80800"),
    "a name with a blank": ("a: {image: x, container_name: my web}", "invalid container name (my web)"),
    "an unknown restart policy": ("a: {image: x, restart: allways}", "invalid restart policy 'allways'"),
    "an image in capitals": ("a: {image: 'Team/tts:1'}", "repository name (Team/tts) must be lowercase"),
    "an image with a blank": ("a: {image: 'tts :1'}", "invalid reference format: tts :1"),
    "a relative mount path": ("a: {image: x, volumes: ['./x:data']}", "mount path must be absolute"),
}
ACCEPTED = (
    "a: {image: x, links: ['b:db'], depends_on: [b]}\n  b: {image: x, volumes_from: ['container:a']}",
    "a: {image: x, ports: [80, '80', '8000-8001:80-81', '127.0.0.1::80/udp', '[::1]:81:80']}",
    "a: {image: x, container_name: my_web.1-a, restart: 'on-failure:3'}",
    "a: {image: 'REGISTRY.example.com:5000/team/tts:Release', restart: 'no'}",
    "a: {image: 'localhost/tts@sha256:AB', volumes: [/data, 'v:/d', {type: tmpfs, target: /t}]}"
    "\nvolumes: {v: }",
    "a: {image: '${NOT_SET}', ports: ['${NOT_SET}', '80:${NOT_SET}'], restart: '${NOT_SET}'}",
)


def found(folder: Path, services: str) -> list[str]:
    path = folder / "docker-compose.yml"
    path.write_text(f"services:\n  {services}\n")
    said = read_compose(path, {})
    assert said.problems == ()
    return [message for message, _ in defects(said)]


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_started_is_a_defect(case: str, tmp_path: Path) -> None:
    """``docker compose config`` passes some of it: the engine refuses it all the same."""
    services, said = REFUSED[case]
    (message,) = found(tmp_path, services)
    assert said in message


@pytest.mark.parametrize("services", ACCEPTED)
def test_what_can_be_started_is_none(services: str, tmp_path: Path) -> None:
    """Also what a variable that is not set leaves behind: that is its own cause."""
    assert found(tmp_path, services) == []
