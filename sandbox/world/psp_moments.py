"""Which moments of each timeline Stripe tells of: event types (docs.stripe.com/api/events/types)."""

from typing import NamedTuple

from sandbox.world.psp_macros import SUBMITTED_HOURS


class Moment(NamedTuple):
    """An event type, the SQL for when and under which condition, and what it was before, as JSON."""

    type: str
    at: str
    condition: str = "true"
    previous: str | None = None


CHARGE_MOMENTS: list[Moment] = [
    Moment("charge.pending", "created_at", "by_debit"),
    Moment("charge.succeeded", "created_at", "not by_debit and not is_declined"),
    Moment("charge.succeeded", "cleared_at", "by_debit"),
    Moment("charge.failed", "created_at", "is_declined"),
    Moment("charge.failed", "bounced_at", "by_debit"),
    Moment("charge.captured", "taken_at", "is_manual"),
]
REFUND_MOMENTS: list[Moment] = [
    Moment("refund.created", "created_at"),
    Moment("refund.failed", "planned_failure_at"),
    Moment("refund.updated", "planned_failure_at", "true", '{"status":"succeeded"}'),
    Moment("charge.refund.updated", "planned_failure_at", "true", '{"status":"succeeded"}'),
]
INTENT_MOMENTS: list[Moment] = [
    Moment("payment_intent.created", "created_at"),
    Moment("payment_intent.canceled", "canceled_at"),
]
ATTEMPT_MOMENTS: list[Moment] = [
    Moment("payment_intent.amount_capturable_updated", "created_at", "is_manual"),
    Moment("payment_intent.processing", "created_at", "by_debit"),
    Moment("payment_intent.payment_failed", "created_at", "is_declined"),
    Moment("payment_intent.payment_failed", "bounced_at"),
    Moment("payment_intent.succeeded", "cleared_at", "by_debit"),
    Moment("payment_intent.succeeded", "taken_at", "not by_debit"),
]
UNANSWERED = '{"evidence_details":{"has_evidence":false}}'
NOT_IN_TIME, IN_TIME = (
    "answered_at is null and due_at < closed_at",
    '{"evidence_details":{"past_due":false}}',
)
DISPUTE_MOMENTS: list[Moment] = [
    Moment("charge.dispute.created", "opened_at"),
    Moment("charge.dispute.funds_withdrawn", "opened_at", "not is_inquiry"),
    Moment("charge.dispute.updated", "answered_at", "true", UNANSWERED),
    Moment("charge.dispute.updated", "due_at", NOT_IN_TIME, IN_TIME),
    Moment("charge.dispute.funds_reinstated", "closed_at", "outcome = 'won'"),
    Moment("charge.dispute.closed", "closed_at"),
]
SUBMITTED_AT = f"created_at + interval {SUBMITTED_HOURS} hour"
PAYOUT_MOMENTS: list[Moment] = [
    Moment("payout.created", "created_at"),
    Moment("payout.updated", SUBMITTED_AT, "canceled_at is null", '{"status":"pending"}'),
    Moment("payout.reconciliation_completed", SUBMITTED_AT, "is_automatic"),
    Moment("payout.paid", "arrives_at", "canceled_at is null"),
    Moment("payout.failed", "refused_at"),
    Moment("payout.canceled", "canceled_at"),
]
CHARGE_MOMENTS_OF_REFUNDS: list[Moment] = [
    Moment("charge.refunded", "created_at"),
    Moment("charge.updated", "planned_failure_at", "true", '{"refunded":true}'),
]
CHARGE_MOMENTS_OF_DISPUTES: list[Moment] = [
    Moment("charge.updated", "opened_at", "true", '{"disputed":false}')
]
CUSTOMER_MOMENTS: list[Moment] = [
    Moment("customer.created", "created_at"),
    Moment("customer.updated", "linked_at", "linked_at > created_at", '{"metadata":{}}'),
]
