"""console: the files of the web console, at a public address. It reaches nothing: its role may write its own log alone.

A file is known by its path when the function starts, so no path of a request ever becomes one of the disk.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from functions.public import variables

FOLDER = Path(__file__).parent
DOCUMENT = FOLDER.parent / "operator_api" / "openapi.json"
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A GET of an HTTP API (payload format 2.0); answers with a file, or that there is none."""
    found = files().get(str(event.get("rawPath", "")))
    if found is None:
        return {"statusCode": 404, "headers": {**_HEADERS, "content-type": "text/plain"}, "body": "nothing is here"}
    kind, text = found
    headers = {**_HEADERS, "content-type": kind, "cache-control": "no-cache", "content-security-policy": policy()}
    return {"statusCode": 200, "headers": headers, "body": text}


@cache
def files() -> dict[str, tuple[str, str]]:
    """Every file by its path, with its kind and its text. Raises Misconfigured."""
    (config,) = variables("Console", "PARCELBRIDGE_CONSOLE_CONFIG")
    found = {"/config.json": (KINDS[".json"], config), "/openapi.json": (KINDS[".json"], DOCUMENT.read_text())}
    for path in sorted((FOLDER / "page").glob("*.*")):
        place = "/" if path.name == "index.html" else f"/assets/{path.name}"
        found[place] = (KINDS[path.suffix], path.read_text())
    return found


@cache
def policy() -> str:
    """The content security policy: nothing but our own files, and the sign-in's own address. Raises Misconfigured."""
    (sign_in,) = variables("Console", "PARCELBRIDGE_CONSOLE_SIGN_IN")
    address = urlsplit(sign_in)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            f"connect-src 'self' {address.scheme}://{address.netloc}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )
