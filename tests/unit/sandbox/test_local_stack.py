"""The local stack on any machine: where it listens, what it survives, what is left when a terminal is closed."""

from __future__ import annotations

import json
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509

from functions.operator_api.people import ROLES
from infra.node import OLDEST, refusal
from sandbox import local_aws, local_server, stack
from sandbox.entrance import PEOPLE, new_password
from sandbox.faces import Entered
from sandbox.local_server import LocalAws
from sandbox.local_tls import make_certificate
from sandbox.pairs import Plan

ROOT = Path(__file__).resolve().parents[3]


def test_the_emulator_is_told_to_open_no_port_beside_its_own(tmp_path: Path) -> None:
    environment = local_server._server_environment(tmp_path, 4566)
    assert environment["IOT_MTLS_ENABLED"] == "0", "the MQTT port listens on all interfaces"
    assert environment["BIND_HOST"] == "127.0.0.1"


@pytest.fixture(scope="module")
def keys_of_a_pool(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The addresses at which the emulator's authorizer looks for the keys of a user pool of its own: by itself, and
    with the repair."""
    code = f"""
import asyncio
from ministack.services import apigateway
pool = {{"jwtConfiguration": {{"issuer": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab1"}}}}
url = asyncio.run(apigateway._resolve_jwks_url(pool))
async def opened(asked, seconds):
    print(asked)
    return 200, {{}}, b"{{}}"
apigateway._urlopen_async = opened
print(url)
{local_server.KEYS_OVER_TLS}
asyncio.run(apigateway._fetch_jwks(url))
"""
    environment = local_server._server_environment(tmp_path_factory.mktemp("aws"), 4566)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    return done.stdout.split()


def test_the_keys_of_a_pool_are_asked_for_over_tls(keys_of_a_pool: list[str]) -> None:
    assert keys_of_a_pool[1] == "https://localhost:4566/us-east-1_Ab1/.well-known/jwks.json"


def test_the_emulator_still_needs_the_repair_of_its_authorizer(keys_of_a_pool: list[str]) -> None:
    assert keys_of_a_pool[0].startswith("http://"), (
        "the emulator asks its own pools over TLS by itself now: take KEYS_OVER_TLS out of sandbox/local_server.py"
    )


def test_the_certificate_is_that_of_localhost_and_of_the_apis_below_it(tmp_path: Path) -> None:
    make_certificate(tmp_path / "server.crt", tmp_path / "server.key")
    made = x509.load_pem_x509_certificate((tmp_path / "server.crt").read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "*.execute-api.localhost"]


def test_each_stack_has_a_password_of_its_own_that_its_pool_takes() -> None:
    first, second = new_password(), new_password()
    assert first != second
    assert len(first) >= 12 + 4
    for kind in (str.isdigit, str.islower, str.isupper, lambda each: each in "-_"):
        assert any(kind(each) for each in first)


def test_an_ended_stack_keeps_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = tmp_path / "state" / "cognito.json"
    saved.parent.mkdir()
    saved.write_text("passwords")
    (saved.parent / "sqs.json").write_text("queues")
    monkeypatch.setattr(stack, "stop", lambda _: None)
    servers: Any = SimpleNamespace(pid=1)
    stack.end(stack.LocalStack(LocalAws(tmp_path, 1, 1), servers, Plan(1), tmp_path))
    assert [each.name for each in saved.parent.iterdir()] == ["sqs.json"]


def test_the_people_of_the_console_have_every_role_once() -> None:
    assert sorted(PEOPLE.values()) == sorted(ROLES)


def test_an_interpreter_in_a_folder_with_a_blank_is_quoted_for_the_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(local_aws, "_cdk", lambda _, *arguments, **__: called.append(list(arguments)))
    monkeypatch.setattr(sys, "executable", "/home/me/my projects/p/.venv/bin/python")
    with pytest.raises(FileNotFoundError):  # nothing was deployed, so there are no outputs
        local_aws.deploy(LocalAws(tmp_path, 1, 1))
    (app,) = (each[each.index("--app") + 1] for each in called if "--app" in each)
    assert shlex.split(app) == ["/home/me/my projects/p/.venv/bin/python", "app.py"]


def test_an_emulator_whose_starter_is_gone_is_found_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal was closed in the middle of `make up`: the stack is written down nowhere, and yet it runs."""
    left = subprocess.Popen(["sleep", "600"], start_new_session=True)
    (tmp_path / "lives").write_text(f"4566 {left.pid}")
    monkeypatch.setattr(local_server, "healthy", lambda _: True)
    try:
        assert local_server.end_left_over(tmp_path)
        assert left.poll() is not None
        assert not local_server.end_left_over(tmp_path)
    finally:
        left.kill()


def test_a_process_that_only_has_the_number_of_an_emulator_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = subprocess.Popen(["sleep", "600"], start_new_session=True)
    (tmp_path / "lives").write_text(f"4566 {other.pid}")
    monkeypatch.setattr(local_server, "healthy", lambda _: False)
    try:
        assert not local_server.end_left_over(tmp_path)
        assert other.poll() is None
    finally:
        other.kill()


def test_a_closed_terminal_ends_what_was_started_as_ctrl_c_does() -> None:
    code = (
        "import os, runpy, signal, sys, typer; sys.argv = ['sandbox', 'down']\n"
        "import sandbox.stack as s\n"
        "def hangs_up():\n    os.kill(os.getpid(), signal.SIGHUP)\n"
        "s.attached = hangs_up\n"
        "runpy.run_module('sandbox', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode not in {0, -signal.SIGHUP}, "a hang-up is an interruption, and no sudden death"
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_replaced_by_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        ports = stack.ports_at_hand({"infor-m3": number, "ups": stack.PORTS["ups"]})
    assert ports["infor-m3"] != number
    assert len(set(ports.values())) == 2


def test_the_days_on_which_the_sandbox_s_goods_are_needed_are_to_come() -> None:
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    assert Entered("1").needed_by(now) > now.date()


@pytest.mark.parametrize(
    ("engines", "refused"), [(">= 18.0.0", False), (">=20", False), (">= 22.0.0", True), ("^22 || >=24", True)]
)
def test_a_cdk_that_needs_a_newer_node_than_the_readme_promises_is_refused(
    tmp_path: Path, engines: str, refused: bool
) -> None:
    lock: dict[str, Any] = {"packages": {"node_modules/aws-cdk": {"version": "2.9", "engines": {"node": engines}}}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    said = refusal(tmp_path / "package-lock.json")
    assert bool(said) == refused
    assert not refused or f"needs Node {engines}" in said


def test_the_lock_and_the_readme_agree_on_the_oldest_node() -> None:
    assert not refusal(ROOT / "package-lock.json")
    assert f"Node {OLDEST}" in (ROOT / "README.md").read_text()
