"""The customer's own network, for the functions that call an ERP which no public address reaches."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Node

CONTEXT = ("vpc_subnets", "vpc_security_groups")
_SUBNET, _GROUP = re.compile(r"subnet-[0-9a-f]{8,17}"), re.compile(r"sg-[0-9a-f]{8,17}")
_INTERFACES = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)
"""The actions on EC2 of AWS's policy AWSLambdaVPCAccessExecutionRole: Lambda makes and removes interfaces by them."""


@dataclass(frozen=True, slots=True)
class Network:
    """Subnets and security groups by their ids; without any the functions have no network of the customer's."""

    subnets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    @classmethod
    def of(cls, node: Node) -> Network:
        """By context, the ids separated by commas. Raises ValueError for one without the other, and for no id."""
        subnets, groups = (_ids(node, name) for name in CONTEXT)
        if bool(subnets) != bool(groups):
            raise ValueError("the contexts vpc_subnets and vpc_security_groups are given together, or neither")
        for name, ids, form, example in (
            (CONTEXT[0], subnets, _SUBNET, "subnet-0a1b2c3d"),
            (CONTEXT[1], groups, _GROUP, "sg-0a1b2c3d"),
        ):
            wrong = next((each for each in ids if not form.fullmatch(each)), None)
            if wrong is not None:
                raise ValueError(f"the context {name} has {wrong}: ids such as {example}")
        return cls(subnets, groups)

    @property
    def kind(self) -> str:
        """The word of a connection file for what the functions reach: `vpc` or `public`."""
        return "vpc" if self.subnets else "public"

    def joined_by(self, function: lambda_.Function) -> None:
        """Puts the function into the network, if there is one."""
        made = function.node.default_child
        if not self.subnets or not isinstance(made, lambda_.CfnFunction):
            return
        made.vpc_config = lambda_.CfnFunction.VpcConfigProperty(
            subnet_ids=list(self.subnets), security_group_ids=list(self.groups)
        )
        function.add_to_role_policy(iam.PolicyStatement(actions=[*_INTERFACES], resources=["*"]))


def _ids(node: Node, name: str) -> tuple[str, ...]:
    given = str(node.try_get_context(name) or "")
    return tuple(each.strip() for each in given.split(",") if each.strip())
