"""The changes made by the context flag `local=true`.

The asset fits this host and holds our own code alone: each function that starts there unpacks it, and its Python has
the dependencies already. Features that the local AWS lacks are left out, and the rights that it asks for beyond IAM are
granted."""

from __future__ import annotations

import platform
from collections.abc import Mapping

from aws_cdk import Fn, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_

LEFT_OUT: Mapping[str, str] = {
    "AWS::CloudWatch::Alarm": "evaluated without dimensions, and silence counts as no fault: it would tell lies",
    "AWS::CloudWatch::Dashboard": "the local AWS has no pages that draw it",
    "AWS::Logs::QueryDefinition": "nor any that run saved queries",
}


ALSO_ASKED: Mapping[str, str] = {
    "sqs:SendMessage": "sqs:SendMessageBatch",
}
"""Actions that the local AWS asks for beside the real one: IAM knows no action of its own for a batch."""


def architecture() -> lambda_.Architecture:
    """This host's own, since a local function runs as a process of it."""
    arm = platform.machine().lower() in {"arm64", "aarch64"}
    return lambda_.Architecture.ARM_64 if arm else lambda_.Architecture.X86_64


def base_of(api: apigateway.HttpApi) -> str:
    """The address of an HTTP API that every client can resolve: its own one has a host name below localhost, which
    Python does not look up."""
    return f"{gateway_of(api)}/_aws/execute-api/{api.api_id}/$default"


def gateway_of(api: apigateway.HttpApi) -> str:
    """The address of the local AWS itself, told by that of an API in it. People sign in there: the name of a pool's
    domain leads out of this machine."""
    return f"https://{Fn.select(1, Fn.split('.execute-api.', api.api_endpoint))}"


def issuer_of(pool: cognito.UserPool) -> str:
    """The issuer that a pool's tokens name, which the local AWS does not tell as an attribute."""
    return f"https://cognito-idp.{Stack.of(pool).region}.amazonaws.com/{pool.user_pool_id}"
