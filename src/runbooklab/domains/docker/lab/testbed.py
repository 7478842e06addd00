"""The testbed of Docker's drills: folders of clients, Compose files, engines of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from runbooklab.lab import testbed
from runbooklab.lab.owner import labels
from runbooklab.lab.testbed import Situation, Unavailable

#: What none of these drills is about: nothing of it is looked at.
NOTHING_ELSE: dict[str, Any] = {
    "compose_file": "",
    "redis_container": "",
    "orchestrator_container": "",
    "docker_network": "",
    "daemon_config": "",
}

_WEB_SERVER = """
import http.server, socketserver, sys
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"<html><title>nginx</title></html>"
        self.send_response(200); self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *words): pass
socketserver.TCPServer.allow_reuse_address = True
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Page)
server.serve_forever()
"""


class DockerTestbed(testbed.Testbed):
    """Everything it makes is below its folder, or labelled and removed at the end."""

    def situation(self, environment: dict[str, str] | None = None, **parameters: Any) -> Situation:
        """A target with these parameters, and nothing else to look at."""
        return Situation({**NOTHING_ELSE, **parameters}, environment or {})

    def run_container(self, suffix: str, command: list[str], *, start: bool = True, **options: Any) -> Any:
        """A container of the lab's image; a start that fails is what a drill may want."""
        from docker.errors import APIError

        options.setdefault("image", self.image)
        found = self.docker.containers.create(
            command=command,
            name=self.name(suffix),
            labels={**labels(), **options.pop("labels", {})},
            **options,
        )
        if start:
            with suppress(APIError):
                found.start()
        return found

    def compose(self, text: str, name: str = "compose/docker-compose.yml", **files: str) -> Path:
        """A Compose file in a folder of its own, and others beside it."""
        for other, content in files.items():
            self.file(f"compose/{other.replace('__', '.')}", content)
        return self.file(name, text)

    def client_folder(self, config: str = "{}", **contexts: str) -> Path:
        """A folder of the docker client: its configuration, and contexts by name with their endpoints."""
        folder = self.file("client/config.json", config).parent
        for name, url in contexts.items():
            meta = {
                "Name": name,
                "Metadata": {},
                "Endpoints": {"docker": {"Host": url, "SkipTLSVerify": False}},
            }
            key = sha256(name.encode()).hexdigest()
            self.file(f"client/contexts/meta/{key}/meta.json", msgspec.json.encode(meta))
        return folder

    def with_plugin(self, folder: Path) -> Path:
        """The same folder with a plugin that stands for Compose."""
        self.file("client/cli-plugins/docker-compose", "#!/bin/sh\necho 2.40.0\n", 0o755)
        return folder

    def web_server(self) -> int:
        """A web server on a port of this host's loopback address."""
        from runbooklab.lab.ports import free_port

        port = free_port()
        self.process([sys.executable, "-c", _WEB_SERVER, str(port)])
        self.until(lambda: _connects(port))
        return port

    def stale_socket(self) -> Path:
        """A socket that nobody listens on any more."""
        path = self.folder / "stale.sock"
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            sock.bind(str(path))
        return path

    def own_engine(self, *options: str) -> str:
        """The URL of an engine of this testbed, in a network of its own. Raises :class:`Unavailable`."""
        folder = self.folder / "engine"
        folder.mkdir()
        path = folder / "docker.sock"
        argv = [
            "unshare",
            "--net",
            "dockerd",
            "--host",
            f"unix://{path}",
            "--data-root",
            str(folder / "data"),
            "--exec-root",
            str(folder / "run"),
            "--pidfile",
            str(folder / "pid"),
            *options,
        ]
        log = folder / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self.later(lambda: _stop(process, folder))
        until = time.monotonic() + 30
        while not path.exists() or b"API listen on" not in log.read_bytes():
            if process.poll() is not None or time.monotonic() > until:
                raise Unavailable(f"needs an engine of its own: {log.read_text()[-200:]}")
            time.sleep(0.1)
        return f"unix://{path}"

    def engine_at(self, url: str) -> Any:
        """A client of an engine; closed with the testbed."""
        from docker import DockerClient

        client = DockerClient(base_url=url, timeout=20)
        self.later(client.close)
        return client


def _connects(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
        return True
    return False


def _stop(process: subprocess.Popen[bytes], folder: Path) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=10)
    for place in ("run/netns/default", "data"):
        subprocess.run(["umount", "-l", str(folder / place)], capture_output=True, check=False, timeout=10)
