"""A pod in a few lines for the adapter's own tests: collections of rows, conditions, pages, ETags and hooks. It keeps
each request. It is no emulator: a test says what the pod holds and how it misbehaves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from shared.http import Request, Response

POD = "https://pod.fa.us2.oraclecloud.com"
ROOT = "/fscmRestApi/resources/11.13.18.05/"
HCM = "/hcmRestApi/resources/11.13.18.05/"
TOKEN = "https://idcs-x.identity.oraclecloud.com/oauth2/v1/token"
_TERM = re.compile(r"(\w+) (=|>=|<=|<|>) ('([^']*)'|\d+)")

Hook = Callable[[Request], Response | None]


def answer(status: int, body: object = None, **headers: str) -> Response:
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Response(status, {name.lower(): value for name, value in headers.items()}, content)


@dataclass
class Pod:
    """`rows` are collections by path, `items` fields by path; `refused` answers of paths by their beginning."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refused: dict[str, Response] = field(default_factory=dict)
    hooks: list[Hook] = field(default_factory=list)
    sent: list[Request] = field(default_factory=list)
    tags: dict[str, int] = field(default_factory=dict)
    limit: int = 500
    lies: bool = False
    """hasMore says the contrary on full pages, and true behind the last one."""
    bare: bool = False
    """Collections come as bare arrays."""
    tokens: int = 0

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        self.sent.append(request)
        for hook in self.hooks:
            found = hook(request)
            if found is not None:
                return found
        if request.url == TOKEN:
            self.tokens += 1
            return answer(200, {"access_token": f"token-{self.tokens}", "expires_in": 3600, "token_type": "Bearer"})
        path, options = self.path_of(request), dict(parse_qsl(urlsplit(request.url).query))
        for begins, refusal in self.refused.items():
            if path.startswith(begins):
                return refusal
        if request.method == "GET":
            return self._list(path, options) if path in self.rows else self._item(path)
        if request.method == "PATCH":
            return self._change(path, request)
        return answer(404, b"Not found")

    @staticmethod
    def path_of(request: Request) -> str:
        path = unquote(urlsplit(request.url).path)
        return path.removeprefix(ROOT) if path.startswith(ROOT) else path.removeprefix(HCM)

    def calls(self, method: str = "") -> list[tuple[str, str]]:
        """Method and path of what was sent, but for the token."""
        made = [(each.method, self.path_of(each)) for each in self.sent if each.url != TOKEN]
        return [each for each in made if not method or each[0] == method]

    def bodies(self, method: str, path: str) -> list[dict[str, Any]]:
        return [
            json.loads(each.body)
            for each in self.sent
            if each.method == method and each.url != TOKEN and self.path_of(each) == path
        ]

    def _list(self, path: str, options: dict[str, str]) -> Response:
        found = [self._shown(path, row) for row in self.rows[path] if self._fits(row, options.get("q", ""))]
        order = [term.partition(":")[0] for term in options.get("orderBy", "").split(",") if term]
        if order:
            found = sorted(found, key=lambda row: [str(row.get(name, "")).rjust(20) for name in order])
        else:  # in an order of its own, another one for each page
            found = found[len(self.sent) % 7 :] + found[: len(self.sent) % 7]
        size = min(int(options.get("limit", "25")), self.limit)
        offset = int(options.get("offset", "0"))
        page = found[offset : offset + size]
        more = offset + size < len(found)
        more = (not more if len(page) == size else True) if self.lies and page else more
        if self.bare:
            return answer(200, page)
        return answer(200, {"items": page, "count": len(page), "hasMore": more, "limit": size, "offset": offset})

    @staticmethod
    def _fits(row: dict[str, Any], condition: str) -> bool:
        for name, operator, raw, quoted in _TERM.findall(condition):
            value: Any = quoted if raw.startswith("'") else int(raw)
            standing = row.get(name)
            if isinstance(value, int):
                standing = int(standing or 0)
            standing, value = (
                (str(standing).replace(".000", ""), value.replace(".000", "")) if quoted else (standing, value)
            )
            ordered = {"=": standing == value, ">": standing > value, "<": standing < value}
            ordered |= {">=": standing >= value, "<=": standing <= value}
            if not ordered[operator]:
                return False
        return True

    def _item(self, path: str) -> Response:
        above, _, key = path.rpartition("/")
        for row in self.rows.get(above, []):
            if key in (str(row.get("key", "")), str(next(iter(row.values()), ""))):
                return answer(200, self._shown(above, row), etag=f'"{self._tag(above, row)}"')
        return answer(404, {"title": "Not Found", "status": "404"})

    def _tag(self, above: str, row: dict[str, Any]) -> str:
        return f"T{self.tags.get(self._own(above, row), 1)}"

    @staticmethod
    def _own(above: str, row: dict[str, Any]) -> str:
        return f"{above}/{row.get('key') or next(iter(row.values()))}"

    def _shown(self, above: str, row: dict[str, Any]) -> dict[str, Any]:
        shown = {name: value for name, value in row.items() if name != "key"}
        href = f"https://other.host:443{ROOT}{self._own(above, row)}"
        link = {"rel": "self", "href": href, "properties": {"changeIndicator": self._tag(above, row)}}
        return {**shown, "links": [link]}

    def _change(self, path: str, request: Request) -> Response:
        above, _, key = path.rpartition("/")
        for row in self.rows.get(above, []):
            if key in (str(row.get("key", "")), str(next(iter(row.values())))):
                if request.headers.get("If-Match") != f'"{self._tag(above, row)}"':
                    return answer(412, {"title": "Precondition Failed", "detail": "The item was changed."})
                row.update(json.loads(request.body))
                self.touch(path)
                return answer(200, self._shown(above, row))
        return answer(404, {"title": "Not Found"})

    def touch(self, path: str) -> None:
        """Somebody changes the item."""
        self.tags[path] = self.tags.get(path, 1) + 1
