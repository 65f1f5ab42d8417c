"""The customer's own network in the template: who is in it, with which rights, and what context chooses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.functions import OF_CONSOLE
from infra.stack import CALL_AN_ERP
from tests.infra.conftest import Stack, synthesize

NETWORK = {"vpc_subnets": "subnet-0a1b2c3d, subnet-1a2b3c4d", "vpc_security_groups": "sg-0a1b2c3d"}


@pytest.fixture(scope="module")
def within(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """Deployed into two subnets."""
    return Stack(json.loads(synthesize(tmp_path_factory.mktemp("within"), context=NETWORK).read_text()))


def test_s53_the_functions_that_call_an_erp_are_in_the_network_and_no_other(within: Stack) -> None:
    joined = {name: made["VpcConfig"] for name, made in within.functions().items() if "VpcConfig" in made}
    assert set(joined) == CALL_AN_ERP - {*OF_CONSOLE}
    for each in joined.values():
        assert each == {"SubnetIds": ["subnet-0a1b2c3d", "subnet-1a2b3c4d"], "SecurityGroupIds": ["sg-0a1b2c3d"]}
    assert within.outputs["Network"]["Value"] == "vpc"


def test_only_they_may_have_interfaces(within: Stack, stack: Any) -> None:
    def with_interfaces(made: Stack) -> list[str]:
        return sorted(
            name
            for name, policy in made.of_type("AWS::IAM::Policy").items()
            if "ec2:CreateNetworkInterface" in json.dumps(policy)
        )

    found = with_interfaces(within)
    assert len(found) == len(CALL_AN_ERP - {*OF_CONSOLE})
    assert all(any(name.replace("_", "") in each for name in CALL_AN_ERP) for each in found)
    assert with_interfaces(stack) == []


def test_without_the_context_nobody_is_in_a_network(stack: Any) -> None:
    assert not [name for name, made in stack.functions().items() if "VpcConfig" in made]
    assert stack.outputs["Network"]["Value"] == "public"


@pytest.mark.parametrize(
    ("context", "said"),
    [
        ({"vpc_subnets": "subnet-0a1b2c3d"}, "given together"),
        ({"vpc_security_groups": "sg-0a1b2c3d"}, "given together"),
        ({**NETWORK, "vpc_subnets": "vpc-0a1b2c3d"}, "vpc_subnets has vpc-0a1b2c3d"),
    ],
)
def test_a_network_that_cannot_be_is_refused_by_name(context: dict[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=said):
        synthesize(tmp_path, context=context)
