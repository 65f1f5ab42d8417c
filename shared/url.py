"""Addresses of the vendors: where a connection points, and how a message names it."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit


def rebase(url: str, base_url: str | None) -> str:
    """`url` with the scheme and authority of `base_url`, which is how a connection points at another host."""
    if not base_url:
        return url
    base, parts = urlsplit(base_url), urlsplit(url)
    return urlunsplit((base.scheme, base.netloc, parts.path, parts.query, parts.fragment))


def named_host(url: str) -> str:
    """The host for a message: without a user and a password, which a URL may have."""
    if not is_url(url):
        return "the address"
    parts = urlsplit(url)
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{name}:{parts.port}" if parts.port else str(name)


def is_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # which raises for one that is no port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
