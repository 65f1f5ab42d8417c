"""Findings of cdk-nag that stand, each with where and why. One list: what is not here fails the synth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct

from infra.console import ConsoleSettings
from infra.events import Events
from infra.storage import Adopted

FUNCTIONS = (
    "poll_orders",
    "process_order",
    "write_back",
    "sweep",
    "apply_tracking",
    "poll_tracking",
    "receive_goods",
    "receive_webhook",
    "issue_token",
    "show_page",
    "open_label",
)
PUBLIC = ("receive_webhook", "issue_token", "show_page", "open_label")
CONSOLE = ("operator_api", "console", "run_errands")
QUEUES = ("polls", "orders", "write-backs", "tracking", "looks", "receiving")
ROLES = tuple(f"{name}-role" for name in FUNCTIONS)
# How cdk-nag writes the ARN of the secret "<prefix>*/<name>": the deployment's id is cut out of the stack's id.
DEPLOYMENT = '{"Fn::Select":[0,{"Fn::Split":["-",{"Fn::Select":[2,{"Fn::Split":["/",{"Ref":"AWS::StackId"}]}]}]}]}'
SECRETS = (
    "AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:"
    f"parcelbridge/{DEPLOYMENT.replace('{', '{{').replace('}', '}}')}/*/{{name}}]"
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """One finding that stands: its id, why, and the paths below the stack where it may occur."""

    finding: str
    reason: str
    where: Sequence[str]


ACCEPTED: Sequence[Accepted] = (
    Accepted(
        "AwsSolutions::AwsSolutions-S1",
        "Each label written or read through us is in the order's audit trail; logging S3 itself is CloudTrail's part.",
        ("Storage/Labels",),
    ),
    Accepted(
        "AwsSolutions::AwsSolutions-SQS3",
        "It is a dead-letter queue: of the schedules and of the sweep's calls, which the rule does not look at.",
        ("Schedules/DeadLetters",),
    ),
    Accepted(
        "Serverless::Serverless-SQSRedrivePolicy",
        "A dead-letter queue ends the way: what lies there waits for a person, under an alarm.",
        ("Schedules/DeadLetters", *(f"{queue}/DeadLetters" for queue in QUEUES)),
    ),
    Accepted(
        "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
        "X-Ray's two write actions, and Lambda's on network interfaces where the function is in a network of the "
        "customer's: AWS lets nobody confine these to a resource.",
        ROLES,
    ),
    Accepted(
        SECRETS.format(name="erp*"),
        "Connections are added after the deploy, and AWS ends a secret's ARN with 6 characters of its own; without "
        "them AWS says of one that is missing that it is forbidden. Confined to this deployment and to one side.",
        ("poll_orders-role", "write_back-role", "receive_goods-role", "People/Engineer"),
    ),
    Accepted(
        SECRETS.format(name="carrier*"),
        "As for the ERP's secrets: confined to this deployment and to the carrier's side.",
        ("process_order-role", "poll_tracking-role", "receive_goods-role", "People/Clerk", "People/Engineer"),
    ),
    Accepted(
        SECRETS.format(name="webhook*"),
        "As for the ERP's secrets: of the webhooks alone.",
        ("poll_tracking-role", "issue_token-role", "People/Engineer"),
    ),
    Accepted(
        "AwsSolutions::AwsSolutions-APIG4",
        "Carriers sign in with the credential of each connection's webhook, which no authorizer of the API knows; the "
        "functions prove it before they look at anything else. Who has the address of a tracking page or a label may "
        "see it: its id is 128 random bits, ends, and can be revoked.",
        (
            *(f"Webhooks/Api/POST--webhooks--{{carrier}}--{{id}}{end}" for end in ("", "--token")),
            "Webhooks/Api/GET--t--{id}",
            "Webhooks/Api/GET--l--{id}",
        ),
    ),
    Accepted(
        "AwsSolutions::AwsSolutions-IAM5[Resource::<StorageLabels151BFADB.Arn>/*]",
        "Labels are objects of one bucket that holds nothing else; one function may put and read them, one looks "
        "whether they are there, one leads suppliers to them. A clerk may delete them, and who voids for the console.",
        ("process_order-role", "write_back-role", "open_label-role", "People/Clerk"),
    ),
    Accepted(
        "AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/"
        "parcelbridge/poll-*]",
        "The poll schedule of each connection, which the command line makes in this stack's group.",
        ("People/Reader", "People/Clerk", "People/Engineer"),
    ),
    Accepted(
        "AwsSolutions::AwsSolutions-L1",
        "The runtime is the minor version that compiled the asset: 3.11 to 3.14, the builder's choice.",
        FUNCTIONS,
    ),
    Accepted(
        "Serverless::Serverless-LambdaLatestVersion",
        "The same as AwsSolutions-L1: bytecode fits one minor version only.",
        FUNCTIONS,
    ),
    Accepted(
        "Serverless::Serverless-LambdaDLQ",
        "Called by SQS, whose queues have dead-letter queues, or by a caller who hears of the failure; the sweep has a "
        "failure destination.",
        FUNCTIONS,
    ),
    Accepted(
        "Serverless::Serverless-LambdaEventSourceMappingDestination",
        "Lambda has no failure destination for SQS sources; the queue's own redrive policy does this work.",
        tuple(name for name in FUNCTIONS if name not in ("sweep", *PUBLIC)),
    ),
)


_LABELS = "AwsSolutions::AwsSolutions-IAM5[Resource::<StorageLabels151BFADB.Arn>/*]"
_DEAD_LETTERS, _SOURCES = (
    next(each for each in ACCEPTED if each.finding.endswith(end))
    for end in ("SQSRedrivePolicy", "EventSourceMappingDestination")
)
_ROLES_OF_CONSOLE = tuple(f"{name}-role" for name in CONSOLE)
_ROUTES = ("GET--", "GET--openapi.json", "GET--config.json", "GET--assets--{file}")
OF_CONSOLE: Sequence[Accepted] = (
    *(
        Accepted(each.finding, each.reason, _ROLES_OF_CONSOLE if "IAM5" in each.finding else CONSOLE)
        for each in ACCEPTED
        if each.finding.endswith(("IAM5[Resource::*]", "AwsSolutions-L1", "LambdaLatestVersion", "LambdaDLQ"))
    ),
    *(
        Accepted(each.finding, each.reason, ("operator_api-role",))
        for each in ACCEPTED
        if each.finding.endswith(("<StorageLabels151BFADB.Arn>/*]", "poll-*]"))
    ),
    *(
        Accepted(each.finding, each.reason, ("run_errands-role",))
        for each in ACCEPTED
        if each.finding in (SECRETS.format(name="erp*"), SECRETS.format(name="carrier*"), _LABELS)
    ),
    Accepted(_DEAD_LETTERS.finding, _DEAD_LETTERS.reason, ("errands/DeadLetters",)),
    Accepted(_SOURCES.finding, _SOURCES.reason, ("run_errands",)),
    Accepted(
        "AwsSolutions::AwsSolutions-APIG4",
        "The page's own files, in which nothing of a customer stands, and the API's document: who signs in must get "
        "them first. Every other route has the authorizer and a scope.",
        tuple(f"Console/Api/{route}" for route in _ROUTES),
    ),
)
"""Findings on what the context `console` adds."""
OF_POOL: Sequence[Accepted] = (
    Accepted(
        "AwsSolutions::AwsSolutions-COG8",
        "The plus plan costs for each person; a second factor is demanded of everybody in its place.",
        ("Console/Pool",),
    ),
)
"""Findings on the stack's own pool of people."""
OF_EVENTS: Sequence[Accepted] = (
    *(
        Accepted(each.finding, each.reason, ("publish_events-role",) if "IAM5" in each.finding else ("publish_events",))
        for each in ACCEPTED
        if each.finding.endswith(("IAM5[Resource::*]", "AwsSolutions-L1", "LambdaLatestVersion", "LambdaDLQ"))
    ),
    Accepted(
        "Serverless::Serverless-SQSRedrivePolicy",
        "A dead-letter queue ends the way: what lies there waits for a person, under an alarm.",
        ("Events/DeadLetters",),
    ),
    Accepted(
        "AwsSolutions::AwsSolutions-SQS3",
        "It is a dead-letter queue: of the table's stream, which the rule does not look at.",
        ("Events/DeadLetters",),
    ),
    Accepted(
        "AwsSolutions::AwsSolutions-IAM5[Resource::<StorageTableB43FDCE7.Arn>/stream/*]",
        "The streams of this one table: AWS names a stream by when it was switched on, and lists them by the table.",
        ("publish_events-role",),
    ),
)
"""Findings on the events that are put on the bus."""
OF_POSTS: Sequence[Accepted] = (
    *(
        Accepted(each.finding, each.reason, ("post_events-role",) if "IAM5" in each.finding else ("post_events",))
        for each in ACCEPTED
        if each.finding.endswith(
            ("IAM5[Resource::*]", "AwsSolutions-L1", "LambdaLatestVersion", "LambdaDLQ", "MappingDestination")
        )
    ),
    Accepted(
        "Serverless::Serverless-SQSRedrivePolicy",
        "A dead-letter queue ends the way: what lies there waits for a person, under an alarm.",
        ("Events/posts/DeadLetters",),
    ),
    Accepted(
        "AwsSolutions::AwsSolutions-SMG4",
        "The receiver must be given a new secret before it is used: docs/events.md says how, and no event is lost.",
        ("Events/Secret",),
    ),
    Accepted(
        SECRETS.format(name="events*"),
        "As for the ERP's secrets: of the deployment's webhook alone, which has one.",
        ("post_events-role",),
    ),
)
"""Findings on the webhook of the deployment."""


def acknowledge(stack: Stack, adopted: Adopted, console: ConsoleSettings, events: Events | None) -> None:
    """Tells the checks about the list. Raises LookupError for a path that is no longer in the stack."""
    names = _adopted(adopted) if adopted.table else {}
    beside = (*OF_CONSOLE, *(() if console.issuer else OF_POOL)) if console.on else ()
    out = (*(OF_EVENTS if events else ()), *(OF_POSTS if events and events.posts else ()))
    for accepted in (*ACCEPTED, *beside, *out):
        for path in accepted.where:
            scope = _find(stack, path)
            finding = accepted.finding.replace(":schedule/parcelbridge/", f":schedule/{stack.stack_name}/")
            for made, named in names.items():
                finding = finding.replace(made, named)
            Validations.of(scope).acknowledge(Acknowledgment(id=finding, reason=accepted.reason))


def _adopted(adopted: Adopted) -> dict[str, str]:
    """How the checks name what was adopted, by their name of what a stack makes itself."""
    return {
        DEPLOYMENT: adopted.deployment,
        "<StorageTableB43FDCE7.Arn>": (
            f"arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/{adopted.table}"
        ),
        "<StorageLabels151BFADB.Arn>": f"arn:<AWS::Partition>:s3:::{adopted.bucket}",
    }


def _find(stack: Stack, path: str) -> IConstruct:
    found: IConstruct = stack
    for name in path.split("/"):
        child = found.node.try_find_child(name)
        if child is None:
            raise LookupError(f"an acknowledged finding names {path}, which is not in the stack")
        found = child
    return found
