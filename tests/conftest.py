"""What tests of every kind share: what they need from the machine."""

from __future__ import annotations

import gc
import os
import signal
import warnings
from collections.abc import Iterator
from types import FrameType

import pytest
from docker import DockerClient
from docker.errors import DockerException
from hypothesis import settings

from machine import lacking
from runbooklab.domains.redis.lab.image import provide
from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.clean_up import clean_up
from runbooklab.lab.testbed import Unavailable

#: What ends a run; nohup, a background job, cron or a service manager may have us ignore or hold back any.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
#: Where iptables and the like are, which cron's PATH leaves out.
SYSTEM_PROGRAMS = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def _live_on(_number: int, _frame: FrameType | None) -> None:
    """The tests themselves go on, as their starter wants; a program they start gets the system's default."""


def pytest_configure() -> None:
    """Start every test program with the signals and the PATH of a plain shell, however pytest was started."""
    for number in ENDING:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number is signal.SIGINT else _live_on)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    known = os.environ.get("PATH", os.defpath).split(os.pathsep)
    os.environ["PATH"] = os.pathsep.join([*known, *(path for path in SYSTEM_PROGRAMS if path not in known)])
    # The same examples in every run: a red build means a change broke something.
    settings.register_profile("same examples", derandomize=True)
    settings.load_profile("same examples")


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """The command line's ``main`` ignores signals on its way out, and later tests would inherit it."""
    handlers = [signal.getsignal(number) for number in ENDING]
    yield
    for number, handler in zip(ENDING, handlers, strict=True):
        signal.signal(number, handler)


def _client() -> DockerClient | str:
    """A client, or why there is none."""
    try:
        return DockerClient.from_env(timeout=60)
    except DockerException as error:
        reason = str(error)
    with warnings.catch_warnings():  # docker-py leaves the socket open that found nobody
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    return reason


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[DockerClient]:
    """A client of a real engine, rid of what killed drills left there."""
    client = _client()
    if isinstance(client, str):
        lacking(f"no Docker engine answers: {client}")
    try:
        clean_up(client)
        yield client
        clean_up(client)
    finally:
        client.close()


@pytest.fixture(scope="session")
def lab_image(docker_engine: DockerClient) -> str:
    """The tag of the lab's Redis image."""
    try:
        return provide(docker_engine.api)
    except Unavailable as error:
        lacking(str(error))


@pytest.fixture
def testbed(docker_engine: DockerClient, lab_image: str) -> Iterator[RedisTestbed]:
    """A testbed that makes Redis containers, networks and listeners and removes them after the test."""
    with RedisTestbed(docker_engine, lab_image) as testbed:
        yield testbed
