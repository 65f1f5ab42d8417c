"""The public side: an HTTP API at which carriers push events and ask for tokens, and people look at tracking pages
and take labels. Everything else is refused.

Who calls is proven by the functions, not by the API: the credential of each connection's webhook is its own, and the
address of a page is itself the right to see it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TypeVar

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct, IConstruct, Node

from infra.local import base_of

T = TypeVar("T")

EVENTS = "/webhooks/{carrier}/{id}"
TOKENS = f"{EVENTS}/token"
PAGES = "/t/{id}"
LABELS = "/l/{id}"
METHODS = {
    EVENTS: apigateway.HttpMethod.POST,
    TOKENS: apigateway.HttpMethod.POST,
    PAGES: apigateway.HttpMethod.GET,
    LABELS: apigateway.HttpMethod.GET,
}
THROTTLES = {EVENTS: (100, 200), TOKENS: (5, 10), PAGES: (20, 40), LABELS: (5, 10)}
"""Requests a second, and in a burst, of all addresses of a kind together: strangers can neither use up the account's
concurrency nor its money. A parcel has about ten events in its life."""
LOGGED = ("requestId", "requestTime", "routeKey", "status", "responseLatency", "responseLength", "identity.sourceIp")
"""Of each request: no header, no query and no path, in which the id of a webhook or a page stands."""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """A deployment's settings by context: a domain of its own (`webhook_domain`, `webhook_certificate`), and how many
    instances are kept warm (`webhook_warm`)."""

    domain: str = ""
    certificate: str = ""
    warm: int = 0

    @classmethod
    def of(cls, node: Node) -> WebhookSettings:
        """Raises ValueError for a domain without its certificate, or the other way round, and for no number."""
        names = ("webhook_domain", "webhook_certificate", "webhook_warm")
        domain, certificate, warm = (str(node.try_get_context(name) or "") for name in names)
        if bool(domain) != bool(certificate):
            raise ValueError("the contexts webhook_domain and webhook_certificate are given together, or neither")
        if warm and not (warm.isascii() and warm.isdigit()):
            raise ValueError(f"the context webhook_warm is {warm}: a number of instances, such as 1")
        return cls(domain, certificate, int(warm or 0))


class WebhookApi(Construct):
    """The API, its routes, its one stage, and the domain in front of it where there is one.

    `base` is the address below which webhooks stand. AWS's own address goes on beside a domain: subscriptions were
    made with it.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, prefix: str, key: kms.IKey, settings: WebhookSettings, local: bool
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = apigateway.HttpApi(self, "Api", api_name=f"{prefix}-webhooks", create_default_stage=False)
        self.domain = self._domain(settings)
        self.stage = self._stage(prefix, key)
        own = base_of(self.api) if local else self.api.api_endpoint
        self.base = f"https://{settings.domain}" if settings.domain else own

    def answers(self, path: str, function: lambda_.IFunction) -> None:
        """Has the function answer at the path, by its method and as often as THROTTLES allows."""
        integration = integrations.HttpLambdaIntegration(f"{function.node.id}-integration", function)
        routes = self.api.add_routes(path=path, methods=[METHODS[path]], integration=integration)
        for route in routes:  # the stage's settings name it, so that it is made first
            self.stage.add_resource_dependency(child_of(route, apigateway.CfnRoute))

    def _domain(self, settings: WebhookSettings) -> apigateway.DomainName | None:
        if not settings.domain:
            return None
        return apigateway.DomainName(
            self,
            "Domain",
            domain_name=settings.domain,
            certificate=certificates.Certificate.from_certificate_arn(self, "Certificate", settings.certificate),
            security_policy=apigateway.SecurityPolicy.TLS_1_2,
        )

    def _stage(self, prefix: str, key: kms.IKey) -> apigateway.CfnStage:
        mapping = apigateway.DomainMappingOptions(domain_name=self.domain) if self.domain else None
        stage = apigateway.HttpStage(
            self, "Stage", http_api=self.api, stage_name="$default", auto_deploy=True, domain_mapping=mapping
        )
        written = child_of(stage, apigateway.CfnStage)
        log_access(self, written, f"{prefix}-webhooks", key)
        written.route_settings = {
            f"{METHODS[path].value} {path}": {"ThrottlingRateLimit": rate, "ThrottlingBurstLimit": burst}
            for path, (rate, burst) in THROTTLES.items()
        }
        written.default_route_settings = apigateway.CfnStage.RouteSettingsProperty(
            throttling_rate_limit=1, throttling_burst_limit=1
        )
        return written


def log_access(scope: Construct, stage: apigateway.CfnStage, name: str, key: kms.IKey) -> None:
    """A line a request in a log group of the stage's own: what was asked and answered, and no header or body."""
    group = logs.LogGroup(
        scope,
        "AccessLog",
        log_group_name=f"/aws/apigateway/{name}",
        retention=logs.RetentionDays.THREE_MONTHS,
        encryption_key=key,
        removal_policy=RemovalPolicy.DESTROY,
    )
    stage.access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
        destination_arn=group.log_group_arn,
        format=json.dumps({each.rpartition(".")[2]: f"$context.{each}" for each in LOGGED}),
    )


def child_of(construct: IConstruct, kind: type[T]) -> T:
    """The CloudFormation resource of a construct, for what the construct itself cannot be told."""
    found = construct.node.default_child
    if not isinstance(found, kind):
        raise TypeError(f"{construct.node.path} has no {kind.__name__}")
    return found


def kept_warm(function: lambda_.Function, instances: int) -> lambda_.IFunction:
    """The function itself; with instances to keep warm, an alias of its latest version that has them."""
    if not instances:
        return function
    return lambda_.Alias(
        function,
        "Warm",
        alias_name="warm",
        version=function.current_version,
        provisioned_concurrent_executions=instances,
    )
