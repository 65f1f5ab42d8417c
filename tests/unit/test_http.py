"""The transport against real sockets on loopback: what is proven not to have left, and what may have arrived."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import certifi
import pytest
import requests.adapters
from hypothesis import given
from hypothesis import strategies as st

from sandbox.local_tls import make_certificate
from shared import http
from shared.http import Lost, NotSent, Request, RequestsTransport, Response, Trusting
from shared.trust import Trust
from shared.url import rebase

NOW = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
SHORT = 0.2
"""Seconds of a timeout that is meant to be reached."""

Turn = Callable[[socket.socket], None]


class Peer:
    """A server whose connections play the given turns, one after another; keeps the requests that it read."""

    def __init__(self, *turns: Turn, tls: ssl.SSLContext | None = None) -> None:
        self._turns, self._tls = list(turns), tls
        self.requests: list[bytes] = []
        self.connections = 0
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/path"

    def _serve(self) -> None:
        for turn in self._turns:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            with suppress(OSError):
                if self._tls:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                    self._open.append(connection)
                turn(connection)

    def answers(self, *answers: bytes) -> Turn:
        """Reads one request for each answer and keeps the connection open."""

        def turn(connection: socket.socket) -> None:
            for answer in answers:
                self.requests.append(read_request(connection))
                connection.sendall(answer)

        return turn

    def close(self) -> None:
        for each in [self._listener, *self._open]:
            with suppress(OSError):
                each.close()


def read_request(connection: socket.socket) -> bytes:
    """Head and body of one request."""
    read = b""
    while b"\r\n\r\n" not in read:
        more = connection.recv(65536)
        if not more:
            return read
        read += more
    head, _, body = read.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def after_request(then: Turn) -> Turn:
    def turn(connection: socket.socket) -> None:
        read_request(connection)
        then(connection)

    return turn


def says(answer: bytes) -> Turn:
    """Answers so and ends the connection in an orderly way."""

    def turn(connection: socket.socket) -> None:
        connection.sendall(answer)
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    return turn


def breaks_the_record(before: bytes = b"") -> Turn:
    """Ends a TLS connection with bytes that are no TLS record."""

    def turn(connection: socket.socket) -> None:
        if before:
            connection.sendall(before)
        with socket.socket(fileno=connection.detach()) as bare:
            bare.sendall(b"\x17\x03\x03\x00\x20" + b"x" * 32)

    return turn


def waits(_: socket.socket) -> None:
    """Says nothing; the connection stays open."""


@pytest.fixture
def peers() -> Iterator[list[Peer]]:
    """The peers started here; they are closed at the end."""
    started: list[Peer] = []
    yield started
    for peer in started:
        peer.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    make_certificate(folder / "server.crt", folder / "server.key")
    return folder / "server.crt", folder / "server.key"


@pytest.fixture
def tls(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side of TLS whose certificate the transport trusts."""
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(certificate[0]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def post(url: str, *, timeout: float = 300, **options: Any) -> Response:
    return RequestsTransport().send(Request("POST", url, {}, b'{"paid": true}'), timeout=timeout, **options)


def outcome(
    peers: list[Peer], *turns: Turn, tls: ssl.SSLContext | None = None, timeout: float = 300
) -> type[Exception]:
    """Which error the transport raises when the peer behaves so."""
    peers.append(Peer(*turns, tls=tls))
    with pytest.raises((NotSent, Lost)) as caught:
        post(peers[-1].url, timeout=timeout)
    return caught.type


# --- not sent: a proof -------------------------------------------------------------------------------------------


def test_an_unknown_host_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NotSent, match=r"^ups\.example\.invalid: .*not known"):
        post("https://ups.example.invalid/ship")


def test_a_port_that_nobody_listens_on_is_not_sent() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(NotSent):
            post(f"http://127.0.0.1:{nobody.getsockname()[1]}/")


def test_a_connect_timeout_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket.socket, "connect", never)
    with pytest.raises(NotSent):
        post("http://127.0.0.1:9/")


def test_a_peer_that_speaks_no_tls_is_not_sent(peers: list[Peer]) -> None:
    peers.append(Peer(says(b"HTTP/1.1 400 Bad Request\r\n\r\n")))
    with pytest.raises(NotSent):
        post(peers[0].url.replace("http:", "https:"))


@pytest.mark.parametrize("ends", [reset, says(b"")])
def test_a_connection_that_ends_during_the_tls_handshake_is_not_sent(peers: list[Peer], ends: Turn) -> None:
    peers.append(Peer(ends))
    with pytest.raises(NotSent):
        post(peers[0].url.replace("http:", "https:"))


def test_a_tls_handshake_that_is_never_answered_is_not_sent(peers: list[Peer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CONNECT_TIMEOUT", SHORT)
    peers.append(Peer(waits))
    with pytest.raises(NotSent):
        post(peers[0].url.replace("http:", "https:"))


def test_a_certificate_that_nobody_vouches_for_is_not_sent(peers: list[Peer], certificate: tuple[Path, Path]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    assert outcome(peers, peers_answer(), tls=context) is NotSent
    assert peers[0].requests == []


def peers_answer() -> Turn:
    return after_request(says(OK))


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("ups.com/ship", {}),
        ("http://", {}),
        ("http://[::1/ship", {}),
        ("ftp://ups.com/ship", {}),
        ("http://a..b/ship", {}),
        ("http://127.0.0.1:9/", {"transId": "one\r\nInjected: yes"}),
    ],
)
def test_a_request_that_can_not_be_written_is_not_sent(url: str, headers: dict[str, str]) -> None:
    with pytest.raises(NotSent):
        RequestsTransport().send(Request("POST", url, headers), timeout=300)


def test_a_kept_connection_that_was_closed_and_can_not_be_opened_again_is_not_sent(peers: list[Peer]) -> None:
    transport, peer = RequestsTransport(), Peer()
    peers.append(peer)
    peer._turns.append(peer.answers(OK))
    threading.Thread(target=peer._serve, daemon=True).start()
    transport.send(Request("GET", peer.url), timeout=300)
    peer.close()
    with pytest.raises(NotSent):
        transport.send(Request("GET", peer.url), timeout=300)


# --- lost: it may have arrived -----------------------------------------------------------------------------------

HALF = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half'
HALF_CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n{"half\r\n'
NO_GZIP = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain"
TWO_LENGTHS = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok"


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(reset, id="reset"),
        pytest.param(says(b""), id="an orderly end without an answer"),
        pytest.param(says(b"what?\r\n\r\n"), id="no status line"),
        pytest.param(says(HALF), id="half a body"),
        pytest.param(says(HALF_CHUNKED), id="half a chunked body"),
        pytest.param(says(NO_GZIP), id="a body that is not the gzip that it claims to be"),
        pytest.param(says(TWO_LENGTHS), id="two lengths"),
    ],
)
def test_s28_a_request_without_a_whole_answer_is_lost(peers: list[Peer], then: Turn) -> None:
    assert outcome(peers, after_request(then)) is Lost


def test_s28_an_answer_that_breaks_off_in_its_headers_has_no_body(peers: list[Peer]) -> None:
    """The standard library takes it for an answer; a 200 without a body is UNKNOWN to a create."""
    peers.append(Peer(after_request(says(b"HTTP/1.1 200 OK\r\nContent-Le"))))
    assert post(peers[0].url) == Response(200, {}, b"")


def test_s28_a_read_timeout_is_lost(peers: list[Peer]) -> None:
    assert outcome(peers, after_request(waits), timeout=SHORT) is Lost


def test_s28_a_timeout_in_the_middle_of_the_body_is_lost(peers: list[Peer]) -> None:
    assert outcome(peers, after_request(lambda sock: sock.sendall(HALF)), timeout=SHORT) is Lost


def test_s28_a_reset_while_the_request_is_being_written_is_lost(peers: list[Peer]) -> None:
    def reads_a_little(connection: socket.socket) -> None:
        connection.recv(10)
        reset(connection)

    peers.append(Peer(reads_a_little))
    with pytest.raises(Lost):
        RequestsTransport().send(Request("POST", peers[0].url, {}, b"x" * 50_000_000), timeout=300)


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(reset, id="reset"),
        pytest.param(says(b""), id="an end without an answer"),
        pytest.param(breaks_the_record(), id="a broken TLS record instead of the answer"),
        pytest.param(breaks_the_record(HALF), id="a broken TLS record in the middle of the body"),
    ],
)
def test_s28_a_failure_of_tls_after_the_request_is_lost(peers: list[Peer], tls: ssl.SSLContext, then: Turn) -> None:
    assert outcome(peers, after_request(then), tls=tls) is Lost


@pytest.mark.parametrize("then", [reset, says(b"")])
def test_s28_a_kept_connection_that_ends_while_the_next_request_is_on_it_is_lost(peers: list[Peer], then: Turn) -> None:
    peer = Peer()

    def twice(connection: socket.socket) -> None:
        peer.answers(OK)(connection)
        after_request(then)(connection)

    peer._turns += [twice, peer.answers(OK)]
    threading.Thread(target=peer._serve, daemon=True).start()
    peers.append(peer)
    transport = RequestsTransport()
    transport.send(Request("GET", peer.url), timeout=300)
    with pytest.raises(Lost):
        transport.send(Request("POST", peer.url, {}, b"{}"), timeout=300)
    assert peer.connections == 1


def test_s28_an_answer_that_drips_is_lost_once_its_time_is_over(peers: list[Peer]) -> None:
    """The timeout of a socket is between two bytes; a function has a minute for all of them."""

    def drips(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.05)

    began = time.monotonic()
    assert outcome(peers, after_request(drips), timeout=0.5) is Lost
    assert time.monotonic() - began < 4


def packed(plain: bytes) -> bytes:
    body = gzip.compress(plain)
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


@pytest.mark.parametrize("answer", [packed(bytes(4_000_000)), b"HTTP/1.1 200 OK\r\n\r\n" + bytes(2_000_000)])
def test_s28_an_answer_that_is_too_large_is_lost(
    peers: list[Peer], answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 1_000_000)
    assert outcome(peers, after_request(says(answer))) is Lost


def test_a_large_answer_is_read_whole(peers: list[Peer]) -> None:
    peers.append(Peer(after_request(says(packed(b"0123456789" * 300_000)))))
    assert post(peers[0].url).body == b"0123456789" * 300_000


def test_the_message_names_the_host_and_no_query(peers: list[Peer]) -> None:
    peers.append(Peer(after_request(reset)))
    with pytest.raises(Lost) as caught:
        post(peers[0].url)
    assert str(caught.value).startswith(f"127.0.0.1:{peers[0].port}: ")


# --- connections -------------------------------------------------------------------------------------------------


def serving(peers: list[Peer], *rounds: int) -> Peer:
    """A peer that takes a connection for each round and answers so many requests on it."""
    peer = Peer()
    peer._turns += [peer.answers(*[OK] * count) for count in rounds]
    threading.Thread(target=peer._serve, daemon=True).start()
    peers.append(peer)
    return peer


def test_one_connection_is_kept_and_used_again(peers: list[Peer]) -> None:
    peer, transport = serving(peers, 3), RequestsTransport()
    for _ in range(3):
        assert transport.send(Request("GET", peer.url), timeout=300).body == b"ok"
    assert peer.connections == 1


def test_a_fresh_request_has_a_connection_of_its_own_and_leaves_the_kept_one_alone(peers: list[Peer]) -> None:
    peer, transport = Peer(), RequestsTransport()
    peers.append(peer)

    def kept(connection: socket.socket) -> None:
        peer.answers(OK)(connection)
        threading.Thread(target=peer.answers(OK), args=(connection,), daemon=True).start()

    peer._turns += [kept, peer.answers(OK)]
    threading.Thread(target=peer._serve, daemon=True).start()
    transport.send(Request("GET", peer.url), timeout=300)
    transport.send(Request("POST", peer.url), timeout=5, fresh=True)
    assert peer.connections == 2
    transport.send(Request("GET", peer.url), timeout=300)
    assert peer.connections == 2


def test_a_connection_that_the_peer_has_closed_meanwhile_is_opened_anew(peers: list[Peer]) -> None:
    closes = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
    peer, transport = Peer(), RequestsTransport()
    peers.append(peer)
    peer._turns += [after_request(says(closes)), peer.answers(OK)]
    threading.Thread(target=peer._serve, daemon=True).start()
    for _ in range(2):
        assert transport.send(Request("GET", peer.url), timeout=300).status == 200
    assert peer.connections == 2


def test_a_redirect_is_an_answer_and_is_not_followed(peers: list[Peer]) -> None:
    elsewhere = serving(peers, 1)
    moved = f"HTTP/1.1 307 Moved\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n".encode()
    peers.append(Peer(after_request(says(moved))))
    answer = post(peers[-1].url)
    assert (answer.status, answer.headers["location"]) == (307, elsewhere.url)
    assert elsewhere.connections == 0


@pytest.mark.parametrize("location", ["http://[broken", "\xff\xfe", "no scheme at all", "http://a..b/"])
def test_a_redirect_to_nowhere_is_an_answer_like_any_other(peers: list[Peer], location: str) -> None:
    moved = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode("latin-1")
    peers.append(Peer(after_request(says(moved))))
    assert post(peers[0].url).status == 302


def test_neither_a_proxy_nor_a_netrc_of_the_host_has_a_say(
    peers: list[Peer], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    peer, proxy = serving(peers, 1), serving(peers, 1)
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert post(peer.url).status == 200
    assert proxy.connections == 0
    assert b"authorization" not in peer.requests[0].lower()


def test_a_cookie_of_one_answer_is_not_sent_with_the_next_request(peers: list[Peer]) -> None:
    sets = b"HTTP/1.1 200 OK\r\nSet-Cookie: session=of-tenant-a; Path=/\r\nContent-Length: 2\r\n\r\nok"
    peer, transport = Peer(), RequestsTransport()
    peers.append(peer)
    peer._turns.append(peer.answers(sets, OK))
    threading.Thread(target=peer._serve, daemon=True).start()
    for _ in range(2):
        transport.send(Request("GET", peer.url), timeout=300)
    assert b"cookie" not in peer.requests[1].lower()


def test_headers_and_body_arrive_as_given_and_the_answer_s_names_are_lower_case(peers: list[Peer]) -> None:
    packed = gzip.compress(b'{"a": 1}')
    answer = b"HTTP/1.1 404 No\r\nX-Odd-Name: v\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    peer = Peer()
    peers.append(peer)
    peer._turns.append(peer.answers(answer + packed))
    threading.Thread(target=peer._serve, daemon=True).start()
    request = Request("POST", peer.url + "?q=a%20b&empty=", {"transId": "T1", "Authorization": "Bearer t"}, b"\x00body")
    got = RequestsTransport().send(request, timeout=300)
    assert (got.status, got.headers["x-odd-name"], got.json()) == (404, "v", {"a": 1})
    head, _, body = peer.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /path?q=a%20b&empty= HTTP/1.1\r\n")
    assert b"\r\ntransId: T1\r\n" in head + b"\r\n"
    assert b"\r\nAuthorization: Bearer t\r\n" in head + b"\r\n"
    assert body == b"\x00body"


def test_a_get_has_no_body_and_names_no_length(peers: list[Peer]) -> None:
    peer = serving(peers, 1)
    RequestsTransport().send(Request("GET", peer.url), timeout=300)
    assert b"content-length" not in peer.requests[0].lower()


# --- reading an answer -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("Mon, 02 Nov 2026 14:02:00 GMT", 120.0),
        ("Mon, 02 Nov 2026 15:00:00 +0100", 0.0),
        ("Mon, 02 Nov 2026 14:00:30", 30.0),
        ("Mon, 02 Nov 2026 13:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
    ],
)
def test_g13_retry_after_is_read_in_all_its_forms(header: str, seconds: float | None) -> None:
    assert Response(429, {"retry-after": header}, b"").retry_after(NOW) == seconds


def test_g13_without_the_header_nothing_is_asked_for() -> None:
    assert Response(429, {}, b"").retry_after(NOW) is None


@pytest.mark.parametrize("header", ["9" * 20, "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_retry_after_beyond_all_reason_is_a_day(header: str) -> None:
    assert Response(429, {"retry-after": header}, b"").retry_after(NOW) == 86400.0


@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_no_retry_after_whatever_it_says_is_an_error(header: str) -> None:
    seconds = Response(503, {"retry-after": header}, b"").retry_after(NOW)
    assert seconds is None or 0 <= seconds <= 86400


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1]}', {"a": [1]}),
        (b"", None),
        (b" \r\n", None),
        (b"<html>busy</html>", None),
        (b'{"a": ', None),
        (b"\xff\xfe\x00", None),
        (b"\xef\xbb\xbf{}", {}),
        (b"[" * 100_000, None),
    ],
)
def test_a_body_that_is_no_json_is_none(body: bytes, value: object) -> None:
    assert Response(200, {}, body).json() == value


@pytest.mark.parametrize(
    ("base", "rebased"),
    [
        (None, "https://wwwcie.ups.com/api/x/v1?q=a%2Fb#f"),
        ("", "https://wwwcie.ups.com/api/x/v1?q=a%2Fb#f"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/api/x/v1?q=a%2Fb#f"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/api/x/v1?q=a%2Fb#f"),
        ("https://proxy.example/ups", "https://proxy.example/api/x/v1?q=a%2Fb#f"),
    ],
)
def test_rebase_replaces_scheme_and_authority_and_nothing_else(base: str | None, rebased: str) -> None:
    assert rebase("https://wwwcie.ups.com/api/x/v1?q=a%2Fb#f", base) == rebased


def test_a_connection_s_own_certificates_are_trusted_beside_the_usual_ones_and_for_its_requests_alone(
    peers: list[Peer], certificate: tuple[Path, Path]
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    transport, peer = RequestsTransport(), Peer(peers_answer(), peers_answer(), peers_answer(), tls=context)
    peers.append(peer)
    trusting = Trusting(transport, certificate[0].read_text())
    assert trusting.send(Request("GET", peer.url), timeout=30).status == 200
    with pytest.raises(NotSent, match="certificate"):
        transport.send(Request("GET", peer.url), timeout=30, fresh=True)
    with pytest.raises(NotSent, match="certificate"):
        transport.send(Request("GET", peer.url), timeout=30)


def test_the_file_of_certificates_lies_in_a_folder_of_this_process_and_is_written_once(
    certificate: tuple[Path, Path],
) -> None:
    trust = Trust()
    assert trust.of("") is True
    file = Path(str(trust.of(certificate[0].read_text())))
    assert trust.of(certificate[0].read_text()) == str(file)
    assert file.parent.stat().st_mode & 0o077 == 0
    assert certificate[0].read_text() in file.read_text()
    assert Path(certifi.where()).read_text() in file.read_text()
