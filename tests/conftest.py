"""What tests of every kind share: what they need from the machine."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from docker import DockerClient
from docker.errors import DockerException
from hypothesis import settings

from machine import lacking
from runbooklab.lab.bench import Bench
from runbooklab.lab.image import provide
from runbooklab.lab.sweep import sweep


def pytest_configure() -> None:
    """Let Ctrl-C count in what tests start: a shell's background job passes on that it is ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # The same examples in every run: a red build means a change broke something.
    settings.register_profile("same examples", derandomize=True)
    settings.load_profile("same examples")


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """The command line's ``main`` ignores signals on its way out, and later tests would inherit it."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, handlers, strict=True):
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[DockerClient]:
    """A client of a real engine, rid of what killed drills left there."""
    try:
        client = DockerClient.from_env(timeout=60)
    except DockerException as error:
        lacking(f"no Docker engine answers: {error}")
    try:
        sweep(client)
        yield client
        sweep(client)
    finally:
        client.close()


@pytest.fixture(scope="session")
def lab_image(docker_engine: DockerClient) -> str:
    """The tag of the lab's Redis image."""
    try:
        return provide(docker_engine.api)
    except FileNotFoundError as error:
        lacking(str(error))


@pytest.fixture
def bench(docker_engine: DockerClient, lab_image: str) -> Iterator[Bench]:
    """A workbench that makes Redis containers, networks and listeners and removes them after the test."""
    with Bench(docker_engine, lab_image) as bench:
        yield bench
