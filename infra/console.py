"""The operator API and its sign-in: an HTTP API whose routes demand a token, and the pool of people who get one.

It is made where the context `console` says so; `make up` says it, an account's deploy does not by itself. API Gateway's
own JWT authorizer checks each token; a token needs the scope of the API besides, which an ID token does not have.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct, Node

from infra.local import gateway_of, issuer_of
from infra.webhooks import child_of, log_access

API = "/api/v1/{proxy+}"
OPEN = ("/", "/openapi.json", "/config.json", "/assets/{file}")
"""The paths that anybody may read: files, in which nothing of a customer stands."""
METHODS = (apigateway.HttpMethod.GET, apigateway.HttpMethod.POST, apigateway.HttpMethod.DELETE)
RESOURCE = "parcelbridge"
ROLES = ("viewer", "clerk", "operator", "engineer")
RATE, BURST = 20, 40
"""Requests a second, and in a burst, of everybody together; a page of the console asks for a handful."""


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """A deployment's settings by context. `issuer` is the customer's own OIDC provider, "" for a pool of the stack;
    `audience`, `scope` and the names of claims are then the provider's, `roles` gives the role of each group."""

    on: bool = False
    issuer: str = ""
    audience: str = ""
    scope: str = f"{RESOURCE}/api"
    role_claim: str = "cognito:groups"
    name_claim: str = "username"
    roles: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, node: Node) -> ConsoleSettings:
        """Raises ValueError for a context that cannot be."""
        told = {name: str(node.try_get_context(f"console_{name}") or "") for name in _NAMES}
        on = str(node.try_get_context("console") or "").lower()
        if on not in ("", "true", "false"):
            raise ValueError(f"the context console is {on}: true or false")
        if told["issuer"] and not (told["issuer"].startswith("https://") and told["audience"]):
            raise ValueError("the context console_issuer is an https address, and goes with console_audience")
        if not told["issuer"] and any(told.values()):
            raise ValueError("the contexts console_* go with console_issuer: the stack's own pool needs none")
        roles = _roles(told.pop("roles"))
        return cls(on == "true", roles=roles, **{name: value for name, value in told.items() if value})


_NAMES = ("issuer", "audience", "scope", "role_claim", "name_claim", "roles")


def _roles(text: str) -> dict[str, str]:
    """The roles by the provider's groups, as "Logistics=clerk,IT=engineer". Raises ValueError."""
    pairs = [each.partition("=") for each in text.split(",") if each.strip()]
    roles = {group.strip(): role.strip() for group, _, role in pairs}
    wrong = sorted(role for role in roles.values() if role not in ROLES)
    if wrong:
        raise ValueError(f"the context console_roles names {wrong[0]!r}: a role is one of {', '.join(ROLES)}")
    return roles


class Console(Construct):
    """The API, its one stage, its authorizer, and the pool of people where no issuer is named."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        deployment: str,
        key: kms.IKey,
        settings: ConsoleSettings,
        local: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        self.settings = settings
        self.api = apigateway.HttpApi(self, "Api", api_name=f"{prefix}-console", create_default_stage=False)
        self._stage(prefix, key)
        self.base = self.api.api_endpoint
        self._local = local
        self.pool = None if settings.issuer else _pool(self, prefix, local=local)
        self.domain = self._domain(self.pool, f"{prefix.lower()}-{deployment}") if self.pool else None
        self.client = self._web_client(self.pool) if self.pool else None
        self._issuer = self._issuer_of(self.pool)
        self._audience = self.client.user_pool_client_id if self.client else settings.audience
        self._authorizer = authorizers.HttpJwtAuthorizer("Token", self._issuer, jwt_audience=[self._audience])

    def values(self) -> dict[str, str]:
        """The variables that tell the functions where people sign in, and how a token names them and their roles."""
        told = self.settings
        names = {"api_scope": told.scope, "role_claim": told.role_claim, "name_claim": told.name_claim}
        sign_in = self._sign_in()
        page = {"authority": self._issuer, "client": self._audience, "sign_in": sign_in, "scope": told.scope}
        page["kind"] = "pool" if self.pool else "issuer"
        return {
            **names,
            "role_names": json.dumps(dict(told.roles), sort_keys=True),
            "console_config": Stack.of(self).to_json_string(page),
            "console_sign_in": sign_in,
        }

    def _issuer_of(self, pool: cognito.UserPool | None) -> str:
        if pool is None:
            return self.settings.issuer
        return issuer_of(pool) if self._local else pool.user_pool_provider_url

    def _sign_in(self) -> str:
        """Where people sign in. Locally it is the AWS itself: no pool's domain can be looked up there."""
        if self.domain is None:
            return self.settings.issuer
        return gateway_of(self.api) if self._local else self.domain.base_url()

    def outputs(self) -> dict[str, str]:
        """Where the console is, and the pool that its people are made in."""
        found = {"ConsoleAddress": f"{self.base}/"}
        return {**found, "ConsolePool": self.pool.user_pool_id} if self.pool else found

    def gives_out(self, function: lambda_.IFunction) -> None:
        """Has the function give out the page's files to anybody."""
        integration = integrations.HttpLambdaIntegration("console-integration", function)
        for path in OPEN:
            self.api.add_routes(path=path, methods=[apigateway.HttpMethod.GET], integration=integration)

    def answers(self, function: lambda_.IFunction) -> None:
        """Has the function answer whoever has a token of ours with the API's scope."""
        self.api.add_routes(
            path=API,
            methods=[*METHODS],
            integration=integrations.HttpLambdaIntegration("operator_api-integration", function),
            authorizer=self._authorizer,
            authorization_scopes=[self.settings.scope],
        )

    def _domain(self, pool: cognito.UserPool, prefix: str) -> cognito.UserPoolDomain:
        """Where people sign in. Its name is unique in a region of AWS, so the deployment's id is in it."""
        return pool.add_domain("SignIn", cognito_domain=cognito.CognitoDomainOptions(domain_prefix=prefix))

    def _web_client(self, pool: cognito.UserPool) -> cognito.UserPoolClient:
        """The browser's client: it has no secret, and can ask for no scope of a role."""
        api = cognito.ResourceServerScope(scope_name="api", scope_description="The operator API")
        server = pool.add_resource_server("Server", identifier=RESOURCE, scopes=[api])
        return pool.add_client(
            "Web",
            generate_secret=False,
            prevent_user_existence_errors=True,
            auth_flows=cognito.AuthFlow(user_srp=True),
            access_token_validity=Duration.minutes(30),
            id_token_validity=Duration.minutes(30),
            refresh_token_validity=Duration.hours(12),
            enable_token_revocation=True,
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[
                    cognito.OAuthScope.OPENID,
                    cognito.OAuthScope.PROFILE,
                    cognito.OAuthScope.resource_server(server, api),
                ],
                callback_urls=[f"{self.base}/"],
                logout_urls=[f"{self.base}/"],
            ),
        )

    def _stage(self, prefix: str, key: kms.IKey) -> None:
        stage = apigateway.HttpStage(self, "Stage", http_api=self.api, stage_name="$default", auto_deploy=True)
        written = child_of(stage, apigateway.CfnStage)
        log_access(self, written, f"{prefix}-console", key)
        written.default_route_settings = apigateway.CfnStage.RouteSettingsProperty(
            throttling_rate_limit=RATE, throttling_burst_limit=BURST
        )


def _pool(scope: Construct, prefix: str, *, local: bool) -> cognito.UserPool:
    """Its people are made by whoever keeps it; a user name is chosen, since the audit names people by it. The local
    AWS asks for no second factor."""
    pool = cognito.UserPool(
        scope,
        "Pool",
        user_pool_name=f"{prefix}-console",
        self_sign_up_enabled=False,
        sign_in_aliases=cognito.SignInAliases(username=True, email=True),
        sign_in_case_sensitive=False,
        account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
        mfa=cognito.Mfa.OFF if local else cognito.Mfa.REQUIRED,
        mfa_second_factor=None if local else cognito.MfaSecondFactor(otp=True, sms=False),
        password_policy=cognito.PasswordPolicy(
            min_length=12, require_digits=True, require_lowercase=True, require_symbols=True, require_uppercase=True
        ),
        removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    )
    for role in ROLES:
        cognito.CfnUserPoolGroup(scope, f"Group{role.title()}", user_pool_id=pool.user_pool_id, group_name=role)
    return pool
