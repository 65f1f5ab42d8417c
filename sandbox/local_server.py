"""The local AWS: an emulator on loopback, as its clients see it, and how it starts.

Everything lies under one folder (`home`): state, certificate, logs, outputs. No Docker, no account; nothing of the
host's environment gets in, nothing leaves the machine.
"""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from sandbox.local_process import LocalError, alive, free_port, start, stop, tail, wait_until
from sandbox.local_tls import make_certificate

ROOT = Path(__file__).parent.parent
HOME = ROOT / ".local" / "aws"
ACCOUNT, REGION = "000000000000", "us-east-1"
CREDENTIAL = "test"  # both the key and its secret: the emulator's own administrator
LIVES = "lives"  # the port and the process of the AWS that lives in a folder
START_SECONDS = 600.0  # a loaded machine may take its time; a process that ends is noticed at once
KEYS_OVER_TLS = """
from ministack.services import apigateway as gateway
fetch = gateway._fetch_jwks
gateway._fetch_jwks = lambda url: fetch(url.replace("http://localhost:", "https://localhost:", 1))
"""
"""The emulator's authorizer asks for the keys of its own user pools over HTTP, also where its port speaks TLS alone:
every token would be refused."""
_START = f"""
import asyncio.constants, runpy
asyncio.constants.SSL_SHUTDOWN_TIMEOUT = 1.0
{KEYS_OVER_TLS}
runpy.run_module("hypercorn", run_name="__main__")
"""
"""With asyncio's own patience of 30 s for a client that keeps its connection, the stop would take longer than we wait:
the server would be killed before it has saved its state."""


@dataclass(frozen=True)
class LocalAws:
    """A running local AWS: where it listens, its process, and the outputs of what was deployed (by CDK output name)."""

    home: Path
    port: int
    pid: int
    outputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def certificate(self) -> Path:
        return self.home / "tls" / "server.crt"

    def client(self, service: str) -> Any:
        """A boto3 client of this AWS, whatever the environment says."""
        connect: Any = boto3.client  # the stubs want a literal name
        return connect(
            service,
            endpoint_url=self.endpoint,
            verify=str(self.certificate),
            region_name=REGION,
            aws_access_key_id=CREDENTIAL,
            aws_secret_access_key=CREDENTIAL,
        )

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which any AWS client, ours or `aws`, speaks to this AWS and to no other."""
        nowhere = str(self.home / "no-such-file")
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": CREDENTIAL,
            "AWS_SECRET_ACCESS_KEY": CREDENTIAL,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CA_BUNDLE": str(self.certificate),
            "AWS_CONFIG_FILE": nowhere,
            "AWS_SHARED_CREDENTIALS_FILE": nowhere,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "localhost,127.0.0.1",
        }

    @property
    def running(self) -> bool:
        return alive(self.pid)


def launch(home: Path = HOME) -> tuple[LocalAws, subprocess.Popen[bytes]]:
    """Starts an empty AWS under `home` on a free port and waits until it answers.

    Raises LocalError when it does not start, or when another one already lives there.
    """
    _make_empty(home)
    port, log = free_port(), home / "aws.log"
    make_certificate(home / "tls" / "server.crt", home / "tls" / "server.key")
    process = start(_server(home, port), log=log, environment=_server_environment(home, port), folder=home)
    aws = LocalAws(home, port, process.pid)
    (home / LIVES).write_text(f"{port} {process.pid}")
    try:
        wait_until(lambda: process.poll() is not None or healthy(aws), START_SECONDS)
        if process.poll() is None and healthy(aws):
            return aws, process
        raise LocalError(f"the local AWS did not start; {tail(log)}")
    except BaseException:
        stop(process.pid, process)
        raise


def _living(home: Path) -> LocalAws | None:
    """The AWS that runs in the folder, whoever started it."""
    lives = home / LIVES
    if not lives.exists():
        return None
    port, pid = (int(each) for each in lives.read_text().split())
    aws = LocalAws(home, port, pid)
    return aws if alive(pid) and healthy(aws) else None


def end_left_over(home: Path = HOME) -> bool:
    """Ends the AWS of a start that was cut short, and tells if there was one."""
    aws = _living(home)
    if aws:
        stop(aws.pid)
        (home / LIVES).unlink(missing_ok=True)
    return aws is not None


def _make_empty(home: Path) -> None:
    """Clears the folder for a new start. Raises LocalError while an AWS is running in it."""
    if aws := _living(home):
        raise LocalError(f"a local AWS already runs in {home} (process {aws.pid}); `make down` ends it")
    shutil.rmtree(home, ignore_errors=True)
    (home / "tmp").mkdir(parents=True)


def _server(home: Path, port: int) -> list[str]:
    """The server itself, without its own start command: that one also takes port 443 when it may."""
    tls = home / "tls"
    return [
        *(sys.executable, "-c", _START, "ministack.app:app", "--bind", f"127.0.0.1:{port}"),
        *("--certfile", str(tls / "server.crt"), "--keyfile", str(tls / "server.key"), "--keep-alive", "75"),
        *("--workers", "0"),  # in this very process, so that the one we ask to end is the one that saves its state
    ]


def _server_environment(home: Path, port: int) -> dict[str, str]:
    """All that the server gets; the functions inherit it, so they too trust only the local certificate."""
    certificate = str(home / "tls" / "server.crt")
    return {
        "PATH": programs(),
        "HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": certificate,
        "MINISTACK_SSL_KEY": str(home / "tls" / "server.key"),
        "AWS_CA_BUNDLE": certificate,
        "REQUESTS_CA_BUNDLE": certificate,
        "SSL_CERT_FILE": certificate,
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",  # its port would listen on all interfaces
        "PERSIST_STATE": "1",
        "STATE_DIR": str(home / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(home / "state" / "s3"),
    }


def programs() -> str:
    """PATH with this interpreter's folder first."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


def healthy(aws: LocalAws) -> bool:
    """Tell if it answers, over TLS, with the certificate of its folder."""
    trust = ssl.create_default_context(cafile=str(aws.certificate))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
    try:
        with opener.open(f"{aws.endpoint}/_ministack/health", timeout=60) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
