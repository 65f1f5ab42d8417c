"""The logins, the renewal after a 401, and what is never told."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from shared.erp.oracle.setup import SETUP
from shared.errors import Misconfigured, ParcelbridgeError, Retry
from shared.http import Lost, Request, Response
from tests.unit.erp.oracle.bench import DOCUMENT, NOW, SECRET, open_on
from tests.unit.erp.oracle.pod import TOKEN, Pod, answer

PASSWORD = "s3cr3t-of-the-key"


def a_key(password: str = "") -> tuple[str, x509.Certificate]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "parcelbridge")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    kept = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    encoding = serialization.Encoding.PEM
    pem = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, kept) + certificate.public_bytes(encoding)
    return pem.decode(), certificate


def asked(pod: Pod) -> dict[str, list[str]]:
    return parse_qs(next(each for each in pod.sent if each.url == TOKEN).body.decode())


def test_q01_client_credentials_send_the_scope_as_it_is_and_the_client_by_basic(pod: Pod) -> None:
    assert open_on(pod).read(DOCUMENT)
    assert asked(pod) == {
        "grant_type": ["client_credentials"],
        "scope": ["urn:opc:resource:fa:instanceid=1urn:opc:resource:consumer::all"],
    }
    basic = base64.b64encode(f"parcelbridge:{SECRET}".encode()).decode()
    assert pod.sent[0].headers["Authorization"] == f"Basic {basic}"
    assert {each.headers["Authorization"] for each in pod.sent[1:]} == {"Bearer token-1"}
    assert pod.tokens == 1


def test_q01_an_assertion_is_signed_by_the_key_and_names_its_certificate(pod: Pod) -> None:
    pem, certificate = a_key()
    given = {"client_id": "parcelbridge", "client_secret": SECRET, "key": pem}
    assert open_on(pod, given, erp={"login": "assertion", "user": "PB"}).read(DOCUMENT)
    form = asked(pod)
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    token = form["assertion"][0]
    claims = jwt.decode(
        token, certificate.public_key(), algorithms=["RS256"], audience="https://identity.oraclecloud.com/",  # type: ignore[arg-type]
        options={"verify_exp": False, "verify_iat": False},
    )  # fmt: skip
    assert (claims["iss"], claims["sub"]) == ("parcelbridge", "PB")
    digest = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA1())).decode().rstrip("=")
    assert jwt.get_unverified_header(token)["x5t"] == digest


def test_q01_a_token_of_our_own_needs_no_token_server(pod: Pod) -> None:
    pem, certificate = a_key(PASSWORD)
    given = {"client_id": "PB", "client_secret": PASSWORD, "key": pem}
    assert open_on(pod, given, erp={"login": "jwt", "issuer": "acme", "token_url": None, "scope": ""}).read(DOCUMENT)
    token = pod.sent[0].headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(
        token, certificate.public_key(), algorithms=["RS256"],  # type: ignore[arg-type]
        options={"verify_exp": False, "verify_iat": False},
    )  # fmt: skip
    assert (claims["iss"], claims["prn"], claims["exp"] - claims["iat"]) == ("acme", "PB", 300)
    assert pod.tokens == 0


def test_q01_basic_sends_user_and_password_and_renews_nothing(pod: Pod) -> None:
    erp = open_on(pod, erp={"login": "basic", "token_url": None, "scope": ""})
    assert erp.read(DOCUMENT)
    pod.refused["purchaseOrders"] = answer(401)
    before = len(pod.sent)
    with pytest.raises(Misconfigured) as refused:
        erp.read(DOCUMENT)
    assert (refused.value.field, len(pod.sent) - before) == ("erp secret", 1)


@pytest.mark.parametrize("body", [b"", b"<html>Unauthorized</html>", {"title": "Unauthorized"}])
def test_s54_a_401_is_answered_by_one_new_token(pod: Pod, body: object) -> None:
    erp = open_on(pod)
    assert erp.read(DOCUMENT)
    pod.hooks.append(
        lambda request: answer(401, body) if request.headers["Authorization"] == "Bearer token-1" else None
    )
    assert erp.read(DOCUMENT)
    assert pod.tokens == 2
    pod.hooks.append(lambda request: answer(401, body) if request.url != TOKEN else None)
    with pytest.raises(Misconfigured) as refused:
        erp.read(DOCUMENT)
    assert (refused.value.field, pod.tokens) == ("erp secret", 3)


@pytest.mark.parametrize(
    ("response", "kind", "field"),
    [
        (answer(401, {"error": "invalid_client"}), Misconfigured, "client_id or client_secret"),
        (answer(400, {"error": "invalid_scope"}), Misconfigured, "erp.scope"),
        (answer(404, b"<html>"), Misconfigured, "erp.token_url"),
        (answer(302), Misconfigured, "erp.token_url"),
        (answer(429, **{"Retry-After": "9"}), Retry, ""),
        (answer(503), Retry, ""),
        (answer(200, b""), Retry, ""),
        (answer(200, {"access_token": ["x"]}), Retry, ""),
        (answer(400, {"error": {"a": 1}}), Misconfigured, "client_id or client_secret"),
    ],
)
def test_what_the_identity_domain_answers(
    pod: Pod, response: Response, kind: type[ParcelbridgeError], field: str
) -> None:
    pod.hooks.append(lambda request: response if request.url == TOKEN else None)
    with pytest.raises(kind) as refused:
        open_on(pod).read(DOCUMENT)
    assert getattr(refused.value, "field", "") == field
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("pem", ["", "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----", "nothing"])
def test_a_key_that_is_none_is_named_and_not_shown(pod: Pod, pem: str) -> None:
    erp = open_on(
        pod, {"client_id": "a", "client_secret": PASSWORD, "key": pem}, erp={"login": "jwt", "issuer": "acme"}
    )
    with pytest.raises(Misconfigured) as refused:
        erp.read(DOCUMENT)
    assert refused.value.field == "key"
    assert not pod.sent


def test_the_form_takes_a_key_file_of_both_parts_or_none() -> None:
    form = SETUP.credential
    given = {"client_id": "a", "client_secret": "b"}
    assert form.fields_of(given) == given
    with pytest.raises(Misconfigured, match="CERTIFICATE"):
        form.fields_of({**given, "key": "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----"})
    whole = {**given, "key": a_key()[0]}
    assert form.fields_of(whole) == whole


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: answer(401), lambda _: answer(403, b"no"), lambda _: answer(500, b"x"),
        lambda _: answer(400, {"detail": "d"}), lambda _: answer(200, b"<html>"), lambda _: answer(200, []),
        lambda _: answer(200, {"items": {}}),
    ],
)  # fmt: skip
def test_no_error_has_a_secret_or_a_token(pod: Pod, spoil: Callable[[Request], Response]) -> None:
    def struck(request: Request) -> Response | None:
        return spoil(request) if request.url != TOKEN else None

    pod.hooks.append(struck)
    for ask in (lambda erp: erp.read(DOCUMENT), lambda erp: erp.changed("", NOW), lambda erp: erp.lookup("suppliers")):
        said = ""
        try:
            said = str(ask(open_on(pod)))
        except ParcelbridgeError as error:
            said = f"{error} {getattr(error, 'hint', '')}"
        assert SECRET not in said
        assert "token-" not in said


def test_a_lost_answer_of_a_read_is_retry(pod: Pod) -> None:
    def lost(request: Request) -> Response | None:
        if request.url == TOKEN:
            return None
        raise Lost("reset")

    pod.hooks.append(lost)
    with pytest.raises(Retry):
        open_on(pod).read(DOCUMENT)


def test_the_wait_that_is_asked_for_is_given(pod: Pod) -> None:
    pod.refused["purchaseOrders"] = answer(429, b"slow down", **{"Retry-After": "37"})
    with pytest.raises(Retry) as retry:
        open_on(pod).read(DOCUMENT)
    assert retry.value.after == 37
    assert json.dumps(str(retry.value))
