"""The names of an order's steps, as the audit trail stores them."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """The kinds of steps in an order's trail. The values are stored: a name may be added, a value never changes."""

    # intake
    RECEIVED = "received"
    READ_AGAIN = "read_again"
    SELECTED_AGAIN = "selected_again"
    NO_LONGER_SELECTED = "no_longer_selected"
    CANCELLED = "cancelled"
    REGROUPING = "regrouping"
    REGROUPED = "regrouped"
    CHANGED_MEANWHILE = "changed_meanwhile"
    # planning
    QUOTED = "quoted"
    PLAN_REBUILT = "plan_rebuilt"
    # shipping
    WAITS = "waits"
    LIMIT = "limit"
    INTENT = "intent"
    CREATED = "created"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    OUTCOME_UNKNOWN = "outcome_unknown"
    ORDER_SENT = "order_sent"
    REMINDED = "reminded"
    WORKER_LOST = "worker_lost"
    IN_DOUBT = "in_doubt"
    LOOK_UP_FAILED = "look_up_failed"
    NOT_FOUND = "not_found"
    ADOPTED = "adopted"
    LABEL_NOT_READY = "label_not_ready"
    LABELS_RECOVERED = "labels_recovered"
    # any room
    HELD = "held"
    TRY_AGAIN = "try_again"
    # strays
    STRAY_FOUND = "stray_found"
    STRAY_GONE = "stray_gone"
    STRAY_VOID_ASKED = "stray_void_asked"
    STRAY_VOID_FAILED = "stray_void_failed"
    STRAY_VOID_REFUSED = "stray_void_refused"
    STRAY_VOIDED = "stray_voided"
    VOIDED_ELSEWHERE = "voided_elsewhere"
    # write-back
    WRITTEN_BACK = "written_back"
    WRITTEN_BACK_AGAIN = "written_back_again"
    NOT_WRITTEN_BACK = "not_written_back"
    WRITE_BACK_FAILED = "write_back_failed"
    WRITE_BACK_REFUSED = "write_back_refused"
    WITHDRAWN = "withdrawn"
    SHIPMENT_NEWS = "shipment_news"
    ERP_READ_AGAIN = "erp_read_again"
    ERP_TOLD = "erp_told"
    TELLING_FAILED = "telling_failed"
    TELLING_GIVEN_UP = "telling_given_up"
    ACTION_INTENT = "action_intent"
    ACTION_NOT_MADE = "action_not_made"
    ACTION_MADE = "action_made"
    # after the label
    CHANGED_AFTER_LABEL = "changed_after_label"
    AS_SHIPPED = "as_shipped"
    LABEL_UNSENT = "label_unsent"
    # desk
    APPROVED = "approved"
    FIXED = "fixed"
    RETRIED = "retried"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    DISMISSAL_TAKEN_BACK = "dismissal_taken_back"
    DECLARED_ABSENT = "declared_absent"
    VOID_ASKED = "void_asked"
    VOID_IN_DOUBT = "void_in_doubt"
    VOID_REFUSED = "void_refused"
    VOIDED = "voided"
    PACKAGE_VOIDED = "package_voided"
    MORE_TO_SHIP = "more_to_ship"
    SHIP_AGAIN = "ship_again"
    LABEL_SENT = "label_sent"
    LABEL_LINKS_MADE = "label_links_made"
    LABELS_PRINTED = "labels_printed"
    INBOUND_ADDED = "inbound_added"
    INBOUND_REMOVED = "inbound_removed"
    PAGE_MADE = "page_made"
    PAGE_REVOKED = "page_revoked"


def step_of(text: str) -> Step | str:
    """The step of a stored text; the text itself where another release named it."""
    try:
        return Step(text)
    except ValueError:
        return text
