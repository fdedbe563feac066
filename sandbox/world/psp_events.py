"""``stripe.events``: every object created or changed in the last 30 days, as it was at that moment.

Each kind of event is a moment of a timeline. Stripe has no event for a balance transaction (it becomes
available on its date, which it states from the start), and none for a charge whose dispute was opened
beyond the dispute's own; the charge's ``disputed`` and a failed refund's ``amount_refunded`` come as
``charge.updated`` here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb

from sandbox.world.psp_moments import (
    ATTEMPT_MOMENTS,
    CHARGE_MOMENTS,
    CHARGE_MOMENTS_OF_DISPUTES,
    CHARGE_MOMENTS_OF_REFUNDS,
    CUSTOMER_MOMENTS,
    DISPUTE_MOMENTS,
    INTENT_MOMENTS,
    PAYOUT_MOMENTS,
    REFUND_MOMENTS,
    Moment,
)
from sandbox.world.psp_shape import shown_columns
from sandbox.world.psp_shape_charges import charges, payment_intents
from sandbox.world.psp_shape_disputes import disputes
from sandbox.world.psp_shape_money import payouts, refunds
from sandbox.world.psp_shape_people import customers

API_VERSION = "2026-07-29.dahlia"
KEPT_DAYS = 30


@dataclass(frozen=True)
class Kind:
    """An object type: its shape at a moment, and its moments with the columns that are its key."""

    shape: Callable[[str], str]
    key: str
    moments: list[str]


def create_events(con: duckdb.DuckDBPyConnection) -> None:
    told = " union all ".join(_told(con, kind) for kind in _kinds())
    con.execute(
        f"""create table stripe.events as
        select psp_id('evt_1', type || object_id || happened) as "id", 'event' as "object",
            '{API_VERSION}' as "api_version", happened as "created",
            case when previous is null then json_object('object', cast(content as json))
                else json_object('object', cast(content as json), 'previous_attributes', cast(previous as json))
                end as "data",
            true as "livemode", 0 as "pending_webhooks",
            struct_pack("id" := null, "idempotency_key" := null) as "request", type as "type",
            _account, row_number() over (
                partition by _account order by happened, stage, object_id, type) as _seq
        from ({told}) order by _account, _seq"""
    )


def _kinds() -> list[Kind]:
    charge, attempt = "ono, tno", "ono, pi_tno"
    return [
        Kind(
            charges,
            charge,
            _moments("charges", charge, CHARGE_MOMENTS)
            + _moments("refunds", charge, CHARGE_MOMENTS_OF_REFUNDS)
            + _moments("disputes", charge, CHARGE_MOMENTS_OF_DISPUTES),
        ),
        Kind(
            payment_intents,
            attempt,
            _moments("intents", attempt, INTENT_MOMENTS)
            + _moments("charges", attempt, ATTEMPT_MOMENTS),
        ),
        Kind(refunds, "ono, rno", _moments("refunds", "ono, rno", REFUND_MOMENTS)),
        Kind(disputes, "ono, tno, dno", _moments("disputes", "ono, tno, dno", DISPUTE_MOMENTS)),
        Kind(payouts, "payout_id", _moments("payouts", "payout_id", PAYOUT_MOMENTS)),
        Kind(customers, "pid, shop", _moments("customers", "pid, shop", CUSTOMER_MOMENTS)),
    ]


def _moments(table: str, key: str, moments: Sequence[Moment]) -> list[str]:
    """One select per moment that has come within the days that events are kept."""
    return [
        f"""select {key}, cast({at} as timestamp) as as_of, '{kind}' as type, {stage} as stage,
            {f"'{previous}'" if previous else "cast(null as varchar)"} as previous
        from truth.psp_{table} where ({condition}) and {at} <= psp_now()
            and {at} > psp_now() - interval {KEPT_DAYS} day"""
        for stage, (kind, at, condition, previous) in enumerate(moments)
    ]


def _told(con: duckdb.DuckDBPyConnection, kind: Kind) -> str:
    """The events of one object type: its moments joined to the object as it was then."""
    told = " union all ".join(kind.moments)
    seen = kind.shape(f"select distinct {kind.key}, as_of from ({told})")
    shown = ", ".join(f'"{name}" := s."{name}"' for name in shown_columns(con, seen))
    key = " || '/' || ".join(kind.key.split(", "))
    return f"""
        select s._account, s."id" as object_id, t.type, t.stage, t.previous, psp_epoch(t.as_of) as happened,
            psp_text(struct_pack({shown})) as content
        from (select distinct {key} as _key, as_of, type, stage, previous from ({told})) as t
        join ({seen}) as s on s._key = t._key and s._as_of = t.as_of"""
