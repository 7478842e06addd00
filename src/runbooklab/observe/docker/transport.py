"""docker-py's connections with bounds: each ends at its deadline, or after too many bytes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from docker.transport import UnixHTTPAdapter
from docker.transport.unixconn import UnixHTTPConnection, UnixHTTPConnectionPool
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from runbooklab.observe.net.bounded_socket import BoundedSocket

if TYPE_CHECKING:
    from docker import APIClient


class _Bounded:
    """A mixin for connections: its timeout is for the whole answer, not for the time between two bytes."""

    sock: Any
    timeout: Any

    def connect(self) -> None:
        super().connect()  # type: ignore[misc] # of the mixed-in class
        self.sock = BoundedSocket(self.sock, time.monotonic() + float(self.timeout))


class _UnixConnection(_Bounded, UnixHTTPConnection):
    pass


class _HttpConnection(_Bounded, HTTPConnection):
    pass


class _HttpsConnection(_Bounded, HTTPSConnection):
    pass


class _UnixPool(UnixHTTPConnectionPool):
    def _new_conn(self) -> Any:
        return _UnixConnection(self.base_url, self.socket_path, self.timeout)  # type: ignore[arg-type] # seconds, as the pool was given them


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class _UnixAdapter(UnixHTTPAdapter):
    def get_connection(self, url: Any, proxies: Any = None) -> Any:
        with self.pools.lock:
            pool = self.pools.get(url)
            if pool is None:
                pool = self.pools[url] = _UnixPool(url, self.socket_path, self.timeout, self.max_pool_size)
        return pool


def bound(client: APIClient) -> None:
    """Make ``client`` open only bounded connections."""
    for prefix, adapter in list(client.adapters.items()):
        if isinstance(adapter, UnixHTTPAdapter):
            client.mount(prefix, _UnixAdapter(f"http+unix://{adapter.socket_path}", adapter.timeout))
        elif type(adapter) is HTTPAdapter:
            adapter.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
