"""The operator API and the console in the template: off by default; on, every route but the page's files demands a
token with the API's scope, and neither function reaches a secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.console import OPEN
from infra.functions import OF_CONSOLE
from infra.rights import PEOPLE
from tests.infra import test_resources, test_template
from tests.infra.conftest import Stack, synthesize
from tests.infra.test_access import EVERY, OWN, _fed, _grants, _secrets, _tokens, assert_grants
from tests.infra.test_webhooks import behind

ISSUER = {
    "console": "true",
    "console_issuer": "https://login.acme.example/tenant",
    "console_audience": "api://parcelbridge",
    "console_scope": "api://parcelbridge/api",
    "console_role_claim": "groups",
    "console_name_claim": "preferred_username",
    "console_roles": "Logistics=clerk, IT=engineer",
}
GRANTED = {
    "console": OWN,
    "run_errands": EVERY
    | _fed("errands")
    | {
        "dynamodb:Query table/index/listing",
        "s3:DeleteObject bucket/*",
        "s3:GetObject bucket/*",
        "s3:ListBucket bucket",
        "s3:PutObject bucket/*",
        "s3:PutObjectTagging bucket/*",
        "sqs:SendMessage orders",
        "sqs:SendMessage write-backs",
        *_secrets("erp"),
        *_secrets("carrier"),
        *_tokens("erp"),
        *_tokens("carrier"),
    },
    "operator_api": EVERY
    | {
        "dynamodb:Query table/index/due",
        "dynamodb:Query table/index/listing",
        "iam:PassRole role if scheduler",
        "s3:GetObject bucket/*",
        "s3:ListBucket bucket",
        "scheduler:GetSchedule poll-*",
        "scheduler:UpdateSchedule poll-*",
        "sqs:SendMessage errands",
        "sqs:SendMessage orders",
        "sqs:SendMessage polls",
        "sqs:SendMessage receiving",
        "sqs:SendMessage write-backs",
    },
}


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    return Stack(json.loads(synthesize(tmp_path_factory.mktemp("on"), context={"console": "true"}).read_text()))


@pytest.fixture(scope="module")
def by_issuer(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    return Stack(json.loads(synthesize(tmp_path_factory.mktemp("issuer"), context=ISSUER).read_text()))


def test_g24_an_account_has_neither_unless_it_is_asked_for(stack: Any) -> None:
    assert not {*OF_CONSOLE} & set(stack.functions())
    assert not stack.of_type("AWS::Cognito::UserPool")
    assert not stack.of_type("AWS::ApiGatewayV2::Authorizer")


def routes(stack: Stack) -> dict[str, dict[str, Any]]:
    """The console's routes by their keys."""
    apis = {name for name, each in stack.of_type("AWS::ApiGatewayV2::Api").items() if "console" in each["Name"]}
    found = stack.of_type("AWS::ApiGatewayV2::Route").values()
    return {each["RouteKey"]: each for each in found if each["ApiId"]["Ref"] in apis}


def test_g24_every_route_but_the_page_s_files_demands_a_token_with_the_scope(on: Stack) -> None:
    ((authorizer, properties),) = on.of_type("AWS::ApiGatewayV2::Authorizer").items()
    (client,) = on.of_type("AWS::Cognito::UserPoolClient")
    assert properties["AuthorizerType"] == "JWT"
    assert properties["JwtConfiguration"]["Audience"] == [{"Ref": client}]
    opened = {f"GET {path}" for path in OPEN}
    called = {route: on.name_of(uri["Fn::GetAtt"][0]) for route, uri in behind(on).items() if route in routes(on)}
    for key, route in routes(on).items():
        if key in opened:
            assert (route["AuthorizationType"], called[key]) == ("NONE", "console")
            continue
        assert (route["AuthorizationType"], route["AuthorizationScopes"]) == ("JWT", ["parcelbridge/api"])
        assert route["AuthorizerId"] == {"Ref": authorizer}
        assert called[key] == "operator_api"
    assert set(routes(on)) - opened == {f"{method} /api/v1/{{proxy+}}" for method in ("GET", "POST", "DELETE")}


def test_the_console_is_throttled_and_its_log_holds_no_address(on: Stack) -> None:
    stages = [each for each in on.of_type("AWS::ApiGatewayV2::Stage").values() if "RouteSettings" not in each]
    (stage,) = stages
    assert 0 < stage["DefaultRouteSettings"]["ThrottlingRateLimit"] <= 100
    assert 0 < stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] <= 200
    assert "path" not in stage["AccessLogSettings"]["Format"].replace("routeKey", "")


def test_g24_nobody_signs_up_and_everybody_has_a_second_factor(on: Stack) -> None:
    (pool,) = on.of_type("AWS::Cognito::UserPool").values()
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("ON", ["SOFTWARE_TOKEN_MFA"])
    assert {each["GroupName"] for each in on.of_type("AWS::Cognito::UserPoolGroup").values()} == {
        "viewer",
        "clerk",
        "operator",
        "engineer",
    }
    (client,) = on.of_type("AWS::Cognito::UserPoolClient").values()
    assert client["GenerateSecret"] is False
    assert client["AllowedOAuthFlows"] == ["code"]
    assert [each if isinstance(each, str) else "parcelbridge/api" for each in client["AllowedOAuthScopes"]] == [
        "openid",
        "profile",
        "parcelbridge/api",
    ]
    assert client["AccessTokenValidity"] <= 30
    assert "ConsolePool" in on.outputs


@pytest.mark.parametrize("function", OF_CONSOLE)
def test_a_function_of_the_console_is_as_all_others(on: Stack, function: str) -> None:
    test_resources.test_each_function_is_an_arm64_lambda_of_the_building_interpreter_with_json_logs_and_tracing(
        on, function
    )
    test_template.test_a_function_has_exactly_the_variables_of_its_model_and_can_read_them(on, function)


@pytest.mark.parametrize("function", sorted(GRANTED))
def test_G23_a_function_of_the_console_reaches_exactly_what_it_uses(on: Stack, function: str) -> None:
    role = on.functions()[function]["Role"]["Fn::GetAtt"][0]
    own_logs = on.functions()[function]["LoggingConfig"]["LogGroup"]["Ref"]
    assert {_short(each) for each in _grants(on, role, own_logs)} == GRANTED[function]


@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_a_person_s_policy_has_the_errands_too(on: Stack, person: str) -> None:
    assert_grants(on, person)


def _short(grant: str) -> str:
    return f"{grant.split(maxsplit=1)[0]} poll-*" if grant.endswith("poll-*") else grant


def test_the_customer_s_own_issuer_takes_the_pool_s_place(by_issuer: Stack) -> None:
    assert not by_issuer.of_type("AWS::Cognito::UserPool")
    (authorizer,) = by_issuer.of_type("AWS::ApiGatewayV2::Authorizer").values()
    assert authorizer["JwtConfiguration"] == {"Audience": ["api://parcelbridge"], "Issuer": ISSUER["console_issuer"]}
    scopes = {tuple(each.get("AuthorizationScopes", ())) for each in routes(by_issuer).values()}
    assert scopes == {(), ("api://parcelbridge/api",)}
    variables = by_issuer.functions()["operator_api"]["Environment"]["Variables"]
    assert variables["PARCELBRIDGE_ROLE_CLAIM"] == "groups"
    assert json.loads(variables["PARCELBRIDGE_ROLE_NAMES"]) == {"IT": "engineer", "Logistics": "clerk"}


@pytest.mark.parametrize(
    ("context", "said"),
    [
        ({"console": "yes"}, "true or false"),
        ({"console": "true", "console_issuer": "http://login.acme.example"}, "https"),
        ({"console": "true", "console_issuer": "https://login.acme.example"}, "console_audience"),
        ({"console": "true", "console_scope": "a/b"}, "go with console_issuer"),
        ({"console": "true", **ISSUER, "console_roles": "Logistics=king"}, "'king'"),
    ],
)
def test_a_context_of_the_console_that_cannot_be_is_refused(context: dict[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=said):
        synthesize(tmp_path, context=context)


def test_on_the_local_aws_people_sign_in_at_its_own_address_and_need_one_factor(tmp_path: Path) -> None:
    local = Stack(json.loads(synthesize(tmp_path, local=True, context={"console": "true"}).read_text()))
    (pool,) = local.of_type("AWS::Cognito::UserPool").values()
    assert pool["MfaConfiguration"] == "OFF"
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    (client,) = local.of_type("AWS::Cognito::UserPoolClient").values()
    (api,) = {name for name, each in local.of_type("AWS::ApiGatewayV2::Api").items() if "console" in each["Name"]}
    endpoint = {"Fn::GetAtt": [api, "ApiEndpoint"]}
    assert client["CallbackURLs"] == [{"Fn::Join": ["", [endpoint, "/"]]}]
    host = {"Fn::Select": [1, {"Fn::Split": [".execute-api.", endpoint]}]}
    variables = local.functions()["console"]["Environment"]["Variables"]
    assert variables["PARCELBRIDGE_CONSOLE_SIGN_IN"] == {"Fn::Join": ["", ["https://", host]]}
    assert "amazoncognito" not in json.dumps(variables)
    (authorizer,) = local.of_type("AWS::ApiGatewayV2::Authorizer").values()
    assert "ProviderURL" not in json.dumps(authorizer), "the local AWS does not tell it"
