"""The variables of each function: one bounded model a function, from which infra/ sets them and the handler reads them.

A field `orders_queue` is the variable PARCELBRIDGE_ORDERS_QUEUE; Powertools' own variables keep their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Json, StringConstraints, ValidationError

from shared.errors import Misconfigured

PREFIX = "PARCELBRIDGE_"

Name = Annotated[str, StringConstraints(min_length=3, max_length=255, pattern=r"^[A-Za-z0-9_.-]+$")]
Arn = Annotated[str, StringConstraints(max_length=2048, pattern=r"^arn:aws[a-z-]*:[a-z0-9-]+:")]
QueueUrl = Annotated[str, StringConstraints(max_length=1024, pattern=r"^https?://[^/]+/\d{12}/[A-Za-z0-9_-]{1,80}$")]
BaseAddress = Annotated[str, StringConstraints(max_length=1024, pattern=r"^https://[^/]+(/[^?#]*[^/])?$")]
DeploymentId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}$")]
SecretPrefix = Annotated[str, StringConstraints(pattern=r"^parcelbridge/[0-9a-f]{8}/$")]


class Environment(BaseModel):
    """The variables that every function has: its identity, and where its logs and metrics belong."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, alias_generator=lambda field: PREFIX + field.upper()
    )

    deployment: DeploymentId
    table: Name
    service: Annotated[Name, Field(alias="POWERTOOLS_SERVICE_NAME")]
    metrics_namespace: Annotated[Name, Field(alias="POWERTOOLS_METRICS_NAMESPACE")]
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], Field(alias="POWERTOOLS_LOG_LEVEL")
    ] = "INFO"
    metrics: Literal["few", "all"] = "few"


class Credentialed(Environment):
    """A function that signs in to an ERP or a carrier: the key that encrypts tokens, and where its secrets are."""

    key: Arn
    secret_prefix: SecretPrefix


class PollOrders(Credentialed):
    """poll_orders takes orders in, and goes on by itself through its own queue; a hold that ends is told to the ERP. A
    connection that receives goods has its turn in another function."""

    orders_queue: QueueUrl
    write_backs_queue: QueueUrl
    polls_queue: QueueUrl
    receiving_queue: QueueUrl


class ReceiveGoods(Credentialed):
    """receive_goods tells a warehouse of purchase orders and books what it received; it goes on by its own queue."""

    receiving_queue: QueueUrl


class ProcessOrder(Credentialed):
    """process_order ships one order, stores its labels, and hands over to the write-back."""

    orders_queue: QueueUrl
    write_backs_queue: QueueUrl
    label_bucket: Name


class WriteBack(Credentialed):
    """write_back tells the ERP of labels whose images are kept, and of their tracking page; nothing follows it."""

    label_bucket: Name
    webhook_base: BaseAddress


class Sweep(Environment):
    """sweep brings back whatever is due, and what the ERP is to be told."""

    orders_queue: QueueUrl
    write_backs_queue: QueueUrl
    looks_queue: QueueUrl


class ApplyTracking(Environment):
    """apply_tracking works out what the events of a parcel amount to; its order's news is told to the ERP."""

    write_backs_queue: QueueUrl


class PollTracking(Credentialed):
    """poll_tracking subscribes to parcels, and asks the carrier for those that nobody pushes."""

    orders_queue: QueueUrl
    write_backs_queue: QueueUrl
    webhook_base: BaseAddress


class ReceiveWebhook(Environment):
    """receive_webhook keeps what a carrier pushes. It reads its variables itself: it must start fast."""

    tracking_queue: QueueUrl
    looks_queue: QueueUrl


class IssueToken(Environment):
    """issue_token gives a carrier a token for its webhook; it reads its variables itself, too."""

    secret_prefix: SecretPrefix


class ShowPage(Environment):
    """show_page shows an order's tracking page. It reads its variable itself: a person waits for it."""


class OpenLabel(Environment):
    """open_label leads a supplier to a label; it reads its variables itself, too."""

    label_bucket: Name


class OperatorApi(Environment):
    """operator_api answers people and programs of the customer. It signs in nowhere: so it has no secret's name.

    `role_names` gives the role of a group that an issuer of the customer names otherwise, as JSON.
    """

    orders_queue: QueueUrl
    write_backs_queue: QueueUrl
    polls_queue: QueueUrl
    receiving_queue: QueueUrl
    label_bucket: Name
    schedule_group: Name
    scheduler_role: Arn
    errands_queue: QueueUrl
    polls_queue_arn: Arn
    schedules_dead_letters: Arn
    api_scope: Annotated[str, StringConstraints(max_length=256, pattern=r"^[!#-\[\]-~]+/[!#-.0-\[\]-~]+$")]
    role_claim: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    name_claim: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    role_names: Json[dict[str, Literal["viewer", "clerk", "operator", "engineer"]]]


class RunErrands(Credentialed):
    """run_errands does what people ask for in the console: its orders go on, are told to the ERP, and have labels."""

    orders_queue: QueueUrl
    write_backs_queue: QueueUrl
    label_bucket: Name


class Console(Environment):
    """console gives out the files of the web console. `console_config` tells the page where to sign in, as JSON. It
    reads its variables itself: it has none of the others' libraries to load."""

    console_config: Annotated[str, StringConstraints(min_length=2, max_length=2000)]
    console_sign_in: BaseAddress


class PublishEvents(Environment):
    """publish_events puts events on the bus, and those that are posted into their queue; `posted` is "" without one."""

    event_bus: Name
    posted: QueueUrl | Literal[""] = ""


class PostEvents(Environment):
    """post_events posts events to the deployment's webhook; it puts off in its queue what is not taken."""

    secret_prefix: SecretPrefix
    posts_queue: QueueUrl
    events_webhook: Annotated[str, StringConstraints(max_length=1000, pattern=r"^https?://[!-~]+$")]


FUNCTIONS: Mapping[str, type[Environment]] = {
    "poll_orders": PollOrders,
    "receive_goods": ReceiveGoods,
    "process_order": ProcessOrder,
    "write_back": WriteBack,
    "sweep": Sweep,
    "apply_tracking": ApplyTracking,
    "poll_tracking": PollTracking,
    "receive_webhook": ReceiveWebhook,
    "issue_token": IssueToken,
    "show_page": ShowPage,
    "open_label": OpenLabel,
    "operator_api": OperatorApi,
    "console": Console,
    "run_errands": RunErrands,
    "publish_events": PublishEvents,
    "post_events": PostEvents,
}

Model = TypeVar("Model", bound=Environment)


def read(model: type[Model], environ: Mapping[str, str]) -> Model:
    """The function's settings from its variables; call it when the handler is built, not when its module is imported.

    Raises Misconfigured naming each variable that is missing or out of bounds. Values are not repeated in the message.
    """
    try:
        return model.model_validate(dict(environ))
    except ValidationError as error:
        wrong = {str(each["loc"][0]): each for each in error.errors(include_url=False, include_input=False)}
        said = "; ".join(f"{name}: {_complaint(each['type'], each['msg'])}" for name, each in wrong.items())
        raise Misconfigured(
            f"environment of {model.__name__}: {said}",
            field=next(iter(wrong)),
            hint="the stack sets these variables; deploy it again with `cdk deploy`",
        ) from None


def as_environment(model: type[Environment], values: Mapping[str, str]) -> dict[str, str]:
    """The variables of a function, as infra/ sets them: of `values` (by field name) those that its model holds.

    `values` may be deploy-time tokens, so they are not checked here. Raises KeyError for a field without a value.
    """
    return {
        str(field.alias): str(field.default) if name not in values and not field.is_required() else values[name]
        for name, field in model.model_fields.items()
    }


def _complaint(kind: str, message: str) -> str:
    return "is not set" if kind == "missing" else message
