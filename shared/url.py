"""Addresses of the vendors: where a connection points, and how a message names it."""

from __future__ import annotations

import ipaddress
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


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Where networks put IPv4 addresses for hosts that have IPv6 alone."""


def is_public(address: str) -> bool:
    """Tell if an IP address is one of the internet, also inside of an IPv6 address that leads to an IPv4 one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast
