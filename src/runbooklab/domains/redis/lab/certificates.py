"""A small certificate authority for the lab, made with the openssl program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Authority:
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
        run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=runbooklab lab CA",
                "-keyout",
                str(folder / "ca.key"),
                "-out",
                str(authority.certificate),
            ]
        )
        return authority

    def sign(self, name: str, *, host: str = "IP:127.0.0.1", days: int = 30) -> Path:
        """A certificate ``<name>.crt`` for ``host``, its key beside it; negative ``days``: expired."""
        request, extension = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        certificate, key = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        extension.write_text(f"subjectAltName={host}\n")
        self.run(
            [
                "openssl",
                "req",
                "-new",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-subj",
                f"/CN={name}",
                "-keyout",
                str(key),
                "-out",
                str(request),
            ]
        )
        self.run(
            [
                "openssl",
                "x509",
                "-req",
                "-in",
                str(request),
                "-CA",
                str(self.certificate),
                "-CAkey",
                str(self.folder / "ca.key"),
                "-CAcreateserial",
                "-days",
                str(days),
                "-extfile",
                str(extension),
                "-out",
                str(certificate),
            ]
        )
        key.chmod(0o644)
        return certificate
