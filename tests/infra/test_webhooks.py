"""The public side of the template: its routes, their throttles, a log without credentials, and what context chooses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from infra.webhooks import METHODS, THROTTLES
from tests.infra.conftest import Stack, synthesize

ROUTES = {
    "POST /webhooks/{carrier}/{id}": "receive_webhook",
    "POST /webhooks/{carrier}/{id}/token": "issue_token",
    "GET /t/{id}": "show_page",
    "GET /l/{id}": "open_label",
}
DOMAIN = {
    "webhook_domain": "hooks.acme.example",
    "webhook_certificate": "arn:aws:acm:eu-west-1:111111111111:certificate/1",
    "webhook_warm": "2",
}


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """With a domain, and instances that are kept warm."""
    return Stack(json.loads(synthesize(tmp_path_factory.mktemp("chosen"), context=DOMAIN).read_text()))


def behind(stack: Any) -> dict[str, Any]:
    """Route → what its integration calls."""
    integrations = stack.of_type("AWS::ApiGatewayV2::Integration")
    found = {}
    for route in stack.of_type("AWS::ApiGatewayV2::Route").values():
        integration = integrations[route["Target"]["Fn::Join"][1][1]["Ref"]]
        assert integration["PayloadFormatVersion"] == "2.0"
        found[route["RouteKey"]] = integration["IntegrationUri"]
    return found


def test_these_routes_are_public_and_nothing_else_is(stack: Any) -> None:
    called = {route: stack.name_of(uri["Fn::GetAtt"][0]) for route, uri in behind(stack).items()}
    assert called == ROUTES
    assert "$default" not in called
    permissions = stack.of_type("AWS::Lambda::Permission").values()
    assert {each["Principal"] for each in permissions} == {"apigateway.amazonaws.com"}
    assert len(permissions) == len(ROUTES)


def test_each_route_is_throttled(stack: Any) -> None:
    (stage,) = stack.of_type("AWS::ApiGatewayV2::Stage").values()
    assert stage["StageName"] == "$default"
    assert set(stage["RouteSettings"]) == set(ROUTES) == {f"{METHODS[path].value} {path}" for path in THROTTLES}
    for each in (*stage["RouteSettings"].values(), stage["DefaultRouteSettings"]):
        assert 0 < each["ThrottlingRateLimit"] <= 100
        assert 0 < each["ThrottlingBurstLimit"] <= 200


def test_G16_the_log_of_requests_holds_no_credential_and_no_id(stack: Any) -> None:
    (stage,) = stack.of_type("AWS::ApiGatewayV2::Stage").values()
    group = stage["AccessLogSettings"]["DestinationArn"]["Fn::GetAtt"][0]
    assert "KmsKeyId" in stack.resources[group]["Properties"]
    logged = set(re.findall(r"\$context\.([\w.]+)", stage["AccessLogSettings"]["Format"]))
    assert "status" in logged
    assert not {each for each in logged if re.search(r"path|header|authorizer|query|request\.", each)}


def test_a_domain_of_one_s_own_stands_before_the_api_and_its_address_is_the_webhooks(chosen: Stack) -> None:
    (domain,) = chosen.of_type("AWS::ApiGatewayV2::DomainName").values()
    (mapping,) = chosen.of_type("AWS::ApiGatewayV2::ApiMapping").values()
    assert domain["DomainName"] == "hooks.acme.example"
    assert domain["DomainNameConfigurations"][0]["SecurityPolicy"] == "TLS_1_2"
    assert mapping["Stage"] == "$default"
    assert chosen.outputs["WebhookBase"]["Value"] == "https://hooks.acme.example"
    assert "WebhookDomainTarget" in chosen.outputs
    assert chosen.functions()["poll_tracking"]["Environment"]["Variables"]["PARCELBRIDGE_WEBHOOK_BASE"] == (
        "https://hooks.acme.example"
    )


def test_instances_that_are_kept_warm_are_those_that_the_route_calls(chosen: Stack, stack: Any) -> None:
    ((name, alias),) = chosen.of_type("AWS::Lambda::Alias").items()
    assert alias["ProvisionedConcurrencyConfig"] == {"ProvisionedConcurrentExecutions": 2}
    assert behind(chosen)["POST /webhooks/{carrier}/{id}"] == {"Ref": name}
    assert not stack.of_type("AWS::Lambda::Alias")


@pytest.mark.parametrize(
    ("context", "said"),
    [
        ({"webhook_domain": "hooks.acme.example"}, "given together"),
        ({"webhook_certificate": DOMAIN["webhook_certificate"]}, "given together"),
        ({"webhook_warm": "some"}, "webhook_warm is some"),
    ],
)
def test_a_context_that_cannot_be_is_refused_by_name(context: dict[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=said):
        synthesize(tmp_path, context=context)
