"""How V2's webhooks are signed: RSASSA-PKCS1-v1_5 with SHA-256, and the set of the public keys (facts 5).

The two keys are the sandbox's own, and guard nothing.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.carriers.shipstation.wire import instant

_EXPONENT = 65537
_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
"""How a SHA-256 digest is written in ASN.1."""


@dataclass(frozen=True)
class SigningKey:
    kid: str
    prime: int
    other: int

    @property
    def modulus(self) -> int:
        return self.prime * self.other

    def sign(self, text: bytes) -> bytes:
        size = (self.modulus.bit_length() + 7) // 8
        digest = _PREFIX + hashlib.sha256(text).digest()
        padded = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
        private = pow(_EXPONENT, -1, (self.prime - 1) * (self.other - 1))
        return pow(int.from_bytes(padded), private, self.modulus).to_bytes(size)

    def jwk(self) -> dict[str, str]:
        size = (self.modulus.bit_length() + 7) // 8
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": _url64(self.modulus.to_bytes(size)),
            "e": _url64(_EXPONENT.to_bytes(3)),
        }


FIRST = SigningKey(
    "sandbox-key-1",
    int(
        "edb9e51c6354acc2ddf40b23432646e42bbe4d9587c5c86d9d36c393651ff8b87324daa572577a9df141ed41d53d1af9b601fb09896074"
        "934b95e18d36f8acdaf47819223ec00576313a9ff23dfae82773b0599f0c75f990f1b5a2511c2bf23f9def261f4cc1881ccdb4d2d68bf9"
        "3e74b9047bbf5b002e6cced986f8eb7a05d5",
        16,
    ),
    int(
        "da8c54fe9c1a232acc9608b18550f35f1f451d09bb2750aa227ffded4d7084184e5962dda95cc38c92ec6ecdf199c5bafe0356f28a9003"
        "28b74838128cea818521e2765df3dbeb9c46db76d0d848c7e0e57432ca5e31eb6f138f6cecea34834732003188457cb3f956a3a4705571"
        "1eb8c143fc7ad3fb14d6dda3130d2dcf1af7",
        16,
    ),
)
SECOND = SigningKey(
    "sandbox-key-2",
    int(
        "c5aa878f71873a2f55ba3565c330688e346ff285b3a13966cc60035387a8656bffd578052b5bdcb6dacfa1702f9d693e281db9cd86740f"
        "3a77a2a7ca01cf719d762e909674a1adbdb4c64e783b1c22176922c63bf3b36abcb2ff1951b85ca218c73d7e41fc09e98ddcd7ea125067"
        "2b4c9a722943a591d27416ff5fe5f1fbd641",
        16,
    ),
    int(
        "c41db0251cbc6385ecd3032fe6e842605e60ce1d14b4c0a25417f0c8bf9b4dcfff1326ba8feaa2cb204e39eadfe6e6fdf850289e2b12d0"
        "22941990909aa0b4a62a9934365c9f1ec80763d7f164155febcb989207b291974470957156d806aaeb627597107d449c86b62c3a545086"
        "915a184c4c28de21fe304d058e9961d954a7",
        16,
    ),
)


def headers(key: SigningKey, body: bytes, now: datetime) -> dict[str, str]:
    """Return the three headers. The signed text is the timestamp, a full stop and the body's bytes."""
    timestamp = instant(now) or ""
    signature = key.sign(f"{timestamp}.".encode() + body)
    return {
        "x-shipengine-rsa-sha256-key-id": key.kid,
        "x-shipengine-rsa-sha256-signature": base64.b64encode(signature).decode(),
        "x-shipengine-timestamp": timestamp,
    }


def jwks(keys: list[SigningKey]) -> dict[str, Any]:
    return {"keys": [key.jwk() for key in keys]}


def _url64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
