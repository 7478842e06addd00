"""The lab removes what it makes, and what a killed drill left behind."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from docker import DockerClient
from docker.errors import NotFound

from machine import lacking
from runbooklab.domains.redis.lab.faults import LAB
from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.clean_up import FOLDER_PREFIX, clean_up
from runbooklab.lab.drill import drill
from runbooklab.lab.fault import Fault
from runbooklab.lab.lab import Place
from runbooklab.lab.owner import LABEL, OWNER_LABEL, me
from runbooklab.lab.testbed import NotReady


def _rules() -> str:
    return subprocess.run(["iptables", "-w", "-S"], capture_output=True, text=True, check=True).stdout


def test_closing_a_testbed_removes_everything(docker_engine: DockerClient, lab_image: str) -> None:
    """Containers, networks, processes and files of a testbed are gone when its block ends."""
    with RedisTestbed(docker_engine, lab_image) as testbed:
        network = testbed.network()
        redis = testbed.redis(network=network.name)
        host = testbed.host_redis()
        silent = testbed.fake_listener("silent-socket", str(testbed.folder / "silent.sock"))
        assert testbed.client(redis.url).ping()
    with pytest.raises(NotFound):
        docker_engine.containers.get(redis.name)
    with pytest.raises(NotFound):
        docker_engine.networks.get(str(network.name))
    assert not testbed.folder.exists()
    assert not psutil.pid_exists(silent.pid)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", host.port)) != 0


def test_closing_a_testbed_goes_on_after_an_error(docker_engine: DockerClient, lab_image: str) -> None:
    """One step of the restoring that fails does not keep the others from being done."""
    testbed = RedisTestbed(docker_engine, lab_image)
    redis = testbed.redis()

    def fail() -> None:
        raise RuntimeError("cannot be undone")

    testbed.later(fail)
    with pytest.raises(RuntimeError, match="cannot be undone"):
        testbed.close()
    with pytest.raises(NotFound):
        docker_engine.containers.get(redis.name)


def test_closing_a_testbed_removes_its_firewall_rule(docker_engine: DockerClient, lab_image: str) -> None:
    """A firewall rule is there as long as the testbed is."""
    if shutil.which("iptables") is None:
        lacking("iptables is not installed")
    with RedisTestbed(docker_engine, lab_image) as testbed:
        testbed.firewall("INPUT", "-p", "tcp", "--dport", "9", "-s", "127.0.0.9", "-j", "DROP")
        assert "127.0.0.9" in _rules()
    assert "127.0.0.9" not in _rules()


def test_clean_up_takes_only_what_nobody_owns(
    docker_engine: DockerClient, lab_image: str, testbed: RedisTestbed
) -> None:
    """An object whose maker is gone is removed; one whose maker lives, or that names none, stays."""
    orphan = testbed.created("orphan", ["true"], labels={OWNER_LABEL: "4194304-1"})
    owned = testbed.created("owned", ["true"], labels={OWNER_LABEL: me()})
    name = testbed.name("foreign")
    foreign = docker_engine.containers.create(lab_image, ["true"], name=name, labels={LABEL: "1"})
    testbed.later(lambda: testbed.gone(name))
    removed = clean_up(docker_engine)
    assert orphan.name in removed
    assert {owned.name, foreign.name}.isdisjoint(removed)
    owned.reload()
    foreign.reload()


@pytest.fixture
def left_over() -> Iterator[Path]:
    """A file on a file system that a drill mounted, whose process is gone."""
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}4194304-1-"))
    inside = folder / "mount"
    inside.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(inside)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        shutil.rmtree(folder)
        lacking("no file system can be mounted here")
    file = inside / "file"
    file.write_text("something")
    yield file
    subprocess.run(["umount", str(inside)], capture_output=True, check=False)
    shutil.rmtree(folder, ignore_errors=True)


def test_clean_up_unmounts_what_a_killed_drill_mounted(left_over: Path) -> None:
    """A file system in a folder whose maker is gone goes with that folder."""
    folder = left_over.parent.parent
    assert str(folder) in clean_up(None)
    assert not folder.exists()
    assert str(folder) not in Path("/proc/mounts").read_text()


def test_clean_up_leaves_what_it_cannot_unmount(left_over: Path) -> None:
    """What is mounted there may be a person's own folder: nothing in it is removed."""
    with left_over.open():  # in use: it cannot be unmounted
        assert str(left_over.parent.parent) not in clean_up(None)
        assert left_over.read_text() == "something"


def test_drill_that_cannot_be_injected_is_a_result(docker_engine: DockerClient, lab_image: str) -> None:
    """A recipe that fails gives a result that says so, and is not right."""

    def recipe(testbed: RedisTestbed) -> None:
        raise NotReady("it did not come up")

    result = drill(Fault("container-stopped", "nothing", recipe), Place(LAB, docker_engine, lab_image))
    assert result.failed == "NotReady: it did not come up"
    assert not result.right


def test_closing_a_testbed_removes_a_network_that_a_remedy_made(
    docker_engine: DockerClient, lab_image: str
) -> None:
    """A network under a name of the testbed is gone with it, even if a person made it."""
    with RedisTestbed(docker_engine, lab_image) as testbed:
        name = testbed.name("net")
        docker_engine.networks.create(name)
    assert docker_engine.networks.list(names=[name]) == []
