"""Faults and odd ones of Compose files: no service of theirs is started."""

from __future__ import annotations

from runbooklab.domains.ports.lab.testbed import PortsTestbed
from runbooklab.lab.fault import Fault, Healthy, Recipe
from runbooklab.lab.testbed import Situation


def _services(**ports: str) -> str:
    lines = ["services:"]
    for name, text in ports.items():
        lines += [f"  {name}:", "    image: example/app:1", *(f"    {line}" for line in text.splitlines())]
    return "\n".join(lines) + "\n"


def _file(text: str) -> Recipe[PortsTestbed]:
    def recipe(testbed: PortsTestbed) -> Situation:
        return testbed.situation("", compose_file=testbed.compose(text))

    return recipe


FAULTS: tuple[Fault[PortsTestbed], ...] = (
    Fault(
        "compose-port-duplicate",
        "Two services ask for one port.",
        _file(_services(api='ports: ["18080:80"]', web='ports: ["18080:8080"]')),
    ),
    Fault(
        "compose-port-duplicate/range",
        "A range of one service holds the port of another, in the long syntax.",
        _file(
            _services(
                api='ports: ["18080-18085:8080-8085"]',
                web="ports:\n  - target: 80\n    published: 18083",
            )
        ),
    ),
    Fault(
        "compose-port-duplicate/address",
        "One service on all addresses, the other on loopback.",
        _file(_services(api='ports: ["18080:80"]', web='ports: ["127.0.0.1:18080:80"]')),
    ),
    Fault(
        "compose-scale-port-conflict",
        "Three replicas with one host port.",
        _file(_services(web='ports: ["18080:80"]\ndeploy:\n  replicas: 3')),
    ),
    Fault(
        "compose-scale-port-conflict/scale",
        "Two replicas by scale.",
        _file(_services(web='ports: ["18080:80"]\nscale: 2')),
    ),
    Fault("compose-port-invalid", "Port 70051.", _file(_services(worker='ports: ["70051:50051"]'))),
    Fault(
        "compose-port-invalid/text", "A port that is a word.", _file(_services(worker='ports: ["http:80"]'))
    ),
    Fault(
        "compose-ports-discarded",
        "Ports with network_mode host.",
        _file(_services(worker='network_mode: host\nports: ["18080:80"]')),
    ),
)

HEALTHY: tuple[Healthy[PortsTestbed], ...] = (
    Healthy(
        "compose-same-number",
        "Services share a number on other addresses or protocols.",
        _file(
            _services(
                api='ports: ["127.0.0.1:18080:80"]',
                web='ports: ["127.0.0.2:18080:80"]',
                dns='ports: ["18080:53/udp"]',
            )
        ),
    ),
    Healthy(
        "compose-range-for-replicas",
        "Three replicas with a range of three ports, and one with no host port.",
        _file(_services(web='ports: ["18080-18082:80"]\nscale: 3', api='ports: ["80"]\nscale: 2')),
    ),
    Healthy(
        "compose-variables",
        "Ports with variables that have defaults.",
        _file(_services(web='ports: ["${WEB_PORT:-18081}:80"]', api='ports: ["${API_PORT:-18082}:80/tcp"]')),
    ),
)
