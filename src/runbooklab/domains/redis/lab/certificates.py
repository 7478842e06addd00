"""A small certificate authority for the lab, made with the openssl program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

_ELLIPTIC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


class Authority(Struct, frozen=True):
    """``ca.crt`` and what it signs, in one folder. ``run`` runs a program to its end."""

    folder: Path
    run: Callable[[Sequence[str]], object]

    @property
    def certificate(self) -> Path:
        return self.folder / "ca.crt"

    @classmethod
    def make(cls, folder: Path, run: Callable[[Sequence[str]], object]) -> Authority:
        """A new authority in ``folder``, which is created."""
        folder.mkdir(mode=0o755)
        authority = cls(folder, run)
        authority._new_key("ca", "runbooklab lab CA", authority.certificate, "-x509", "-days", "30")
        return authority

    def sign(self, name: str, *, host: str = "IP:127.0.0.1", days: int = 30) -> Path:
        """A certificate ``<name>.crt`` for ``host``, its key beside it; negative ``days``: expired."""
        request, extension = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        certificate = self.folder / f"{name}.crt"
        extension.write_text(f"subjectAltName={host}\n")
        key = self._new_key(name, name, request, "-new")
        authority = ["-CA", str(self.certificate), "-CAkey", str(self.folder / "ca.key"), "-CAcreateserial"]
        self.run((
            "openssl", "x509", "-req", "-in", str(request), *authority, "-days", str(days),
            "-extfile", str(extension), "-out", str(certificate),
        ))  # fmt: skip
        key.chmod(0o644)
        return certificate

    def _new_key(self, name: str, subject: str, out: Path, *options: str) -> Path:
        """Make ``<name>.key`` and with it a request or a certificate for ``subject``; the key's path."""
        key = self.folder / f"{name}.key"
        self.run((
            "openssl", "req", *options, *_ELLIPTIC, "-subj", f"/CN={subject}",
            "-keyout", str(key), "-out", str(out),
        ))  # fmt: skip
        return key
