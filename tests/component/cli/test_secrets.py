"""`secrets set`: what goes in is checked, and never comes out again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import Result

from tests.builders import only_the_first_two
from tests.component.cli.fakes import Desk, written

IONAPI = {
    "ti": "ACME_TST",
    "cn": "parcelbridge",
    "ci": "ACME_TST~abc",
    "cs": "very-secret-cs",
    "iu": "https://mingle-ionapi.example",
    "pu": "https://mingle-sso.example/ACME_TST/as/",
    "ot": "token.oauth2",
    "or": "revoke_token.oauth2",
    "saak": "ACME_TST#key",
    "sask": "very-secret-sask",
}
NAME = "acme-infor-ups"


@pytest.fixture(autouse=True)
def one_kind_a_side() -> Iterator[None]:
    """With more kinds that take the same options, the kind is asked for: test_made_up_kinds.py has that."""
    with only_the_first_two():
        yield


def test_s49_an_ionapi_file_is_stored_whole_and_nothing_secret_is_printed(desk: Desk, tmp_path: Path) -> None:
    desk.has()
    result = desk.run("secrets", "set", NAME, "erp", "--ionapi", written(tmp_path, json.dumps(IONAPI)))
    assert result.exit_code == 0, result.stderr
    assert desk.credentials.kept[(NAME, "erp")] == IONAPI
    assert "erp credential stored (tenant ACME_TST), encrypted with the stack's key" in result.stdout
    assert "very-secret" not in result.output
    again = desk.run("secrets", "set", NAME, "erp", "--ionapi", written(tmp_path, json.dumps(IONAPI)))
    assert "erp credential replaced" in again.stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("not json", "it is not JSON"),
        ("[]", "it holds no object"),
        (json.dumps({**IONAPI, "cs": ""}), "the key 'cs' is missing"),
        (json.dumps({**IONAPI, "iu": "http://plain.example"}), "https://"),
    ],
)
def test_s01_a_wrong_ionapi_file_is_named_with_its_key_and_not_stored(
    desk: Desk, tmp_path: Path, content: str, message: str
) -> None:
    result = desk.run("secrets", "set", NAME, "erp", "--ionapi", written(tmp_path, content, "acme.ionapi"))
    assert result.exit_code == 2
    assert f"{tmp_path}/acme.ionapi: " in result.stderr
    assert message in result.stderr
    assert "very-secret" not in result.output
    assert desk.credentials.kept == {}


def test_a_file_that_can_not_be_read_says_why(desk: Desk, tmp_path: Path) -> None:
    missing = desk.run("secrets", "set", NAME, "erp", "--ionapi", str(tmp_path / "none"))
    assert (missing.exit_code, "No such file" in missing.stderr) == (2, True)
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "not a text file" in desk.run("secrets", "set", NAME, "erp", "--ionapi", str(binary)).stderr
    huge = written(tmp_path, " " * 64_001)
    assert "too many for the .ionapi file" in desk.run("secrets", "set", NAME, "erp", "--ionapi", huge).stderr


def test_s49_a_client_secret_is_asked_for_and_not_echoed(desk: Desk) -> None:
    desk.has()
    result = desk.run("secrets", "set", NAME, "carrier", "--client-id", "ups-app", given="hush-hush\n")
    assert result.exit_code == 0
    assert desk.credentials.kept[(NAME, "carrier")] == {"client_id": "ups-app", "client_secret": "hush-hush"}
    assert "carrier credential stored (client ups-app)" in result.stdout
    assert "hush-hush" not in result.output


def test_s49_a_client_secret_can_come_from_standard_input(desk: Desk) -> None:
    arguments = ("secrets", "set", NAME, "carrier", "--client-id", "ups-app", "--client-secret-stdin")
    assert desk.run(*arguments, given="piped\n").exit_code == 0
    assert desk.credentials.kept[(NAME, "carrier")]["client_secret"] == "piped"
    empty = desk.run(*arguments, given="")
    assert empty.exit_code == 2
    assert "the client secret is empty: nothing was stored" in empty.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((NAME, "webhook"), "webhook: no side of a connection; allowed: erp, carrier"),
        ((NAME, "erp"), "infor-m3 takes --ionapi FILE"),
        ((NAME, "erp", "--client-id", "x"), "infor-m3 takes --ionapi FILE"),
        ((NAME, "carrier"), "ups takes --client-id CLIENT; the client secret is asked for"),
        ((NAME, "carrier", "--client-id", " "), "ups takes --client-id CLIENT; the client secret is asked for"),
        (
            (NAME, "carrier", "--client-id", "x", "--ionapi", "f"),
            "ups takes --client-id CLIENT; the client secret is asked for",
        ),
        (("../../other", "erp"), "not a connection's id"),
    ],
)
def test_a_wrong_command_says_what_is_allowed(desk: Desk, arguments: tuple[str, ...], message: str) -> None:
    result = desk.run("secrets", "set", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert desk.credentials.kept == {}


def test_s49_there_is_no_argument_for_a_client_secret(desk: Desk) -> None:
    result = desk.run("secrets", "set", NAME, "carrier", "--client-id", "x", "--client-secret", "hush")
    assert result.exit_code == 2
    assert desk.credentials.kept == {}


def test_credentials_may_come_before_the_file(desk: Desk) -> None:
    result = desk.run("secrets", "set", NAME, "carrier", "--client-id", "x", given="s\n")
    assert "no connection acme-infor-ups is applied yet" in result.stdout


def set_erp(desk: Desk, folder: Path, tenant: str) -> Result:
    return desk.run("secrets", "set", NAME, "erp", "--ionapi", written(folder, json.dumps({**IONAPI, "ti": tenant})))


def test_s49_another_tenant_s_credential_is_refused_for_a_connection_that_has_orders(
    desk: Desk, tmp_path: Path
) -> None:
    desk.has()
    refused = set_erp(desk, tmp_path, "OTHER_PRD")
    assert refused.exit_code == 2
    assert f"{NAME} has orders of tenant ACME_TST, this credential is for tenant OTHER_PRD" in refused.stderr
    assert (NAME, "erp") not in desk.credentials.kept
    assert set_erp(desk, tmp_path, "ACME_TST").exit_code == 0


def test_another_tenant_is_refused_by_the_orders_alone_while_the_first_poll_is_not_over(
    desk: Desk, tmp_path: Path
) -> None:
    desk.has("paused")
    assert set_erp(desk, tmp_path, "OTHER_PRD").exit_code == 0
    desk.takes("1000001")
    assert set_erp(desk, tmp_path, "OTHER_PRD").exit_code == 2


def test_a_credential_of_a_closed_connection_is_followed_by_the_commands_that_open_it(
    desk: Desk, tmp_path: Path
) -> None:
    desk.has("closed")
    said = set_erp(desk, tmp_path, "ACME_TST").stdout
    assert "in use at once where the former one is refused" in said
    assert f"parcelbridge connections test {NAME}" in said
    assert f"parcelbridge connections resume {NAME}" in said
