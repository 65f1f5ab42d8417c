"""The certificates that a host is held against: the usual ones, and beside them those of a connection."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

import certifi


class Trust:
    """Files with certificates, as `requests` takes them. A connection's own lie in a folder of this process alone."""

    def __init__(self, usual: str = "") -> None:
        """`usual` is a file in the place of the usual certificates, "" for those."""
        self._usual, self._files = usual, dict[str, str]()
        self._folder: TemporaryDirectory[str] | None = None

    def of(self, certificates: str) -> str | bool:
        """The file to verify with: the usual certificates and these in PEM, True for the usual ones alone."""
        if not certificates:
            return self._usual or True
        if certificates not in self._files:
            self._files[certificates] = self._written(certificates)
        return self._files[certificates]

    def _written(self, certificates: str) -> str:
        self._folder = self._folder or TemporaryDirectory(prefix="parcelbridge-")
        usual = Path(self._usual or certifi.where()).read_text()
        with NamedTemporaryFile("w", dir=self._folder.name, suffix=".pem", delete=False) as file:
            file.write(f"{usual}\n{certificates}\n")
        return file.name
