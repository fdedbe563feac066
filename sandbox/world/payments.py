"""How orders were paid: transactions, refunds, cash rounding, and the sums the shop shows."""

import duckdb

from sandbox.world import shops
from sandbox.world.amounts import SIDES, total
from sandbox.world.ids import SECOND_TENDER, id_of, transaction_number, transaction_slot

UNPAID_CANCELS = "('before_capture', 'without_reversal', 'voided', 'voided_without_reversal')"
# Coins: amounts of a cash sale end on 0 or 5 minor units.
ROUNDING = "case {0} % 5 when 1 then -1 when 2 then -2 when 3 then 2 when 4 then 1 else 0 end"


def create_payments(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.dues``, ``truth.refunds``, ``truth.transactions`` and ``truth.paid`` (sums per order)."""
    _create_dues(con)
    _create_refunds(con)
    _create_transactions(con)
    con.execute(
        """create table truth.paid as
        select ono, max(happened_at) as last_at,
            bool_or(kind = 'AUTHORIZATION' and status = 'SUCCESS') as is_authorized,
            list(distinct gateway order by gateway) as gateways,
            """
        + ", ".join(
            f"""coalesce(cast(sum(amount{s}) filter (kind in ('SALE', 'CAPTURE') and status = 'SUCCESS')
                as bigint), 0) as received{s},
            coalesce(cast(sum(amount{s}) filter (kind = 'REFUND' and status = 'SUCCESS')
                as bigint), 0) as refunded{s}"""
            for s in SIDES
        )
        + " from truth.transactions group by ono"
    )


def _create_dues(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.dues``: what was owed at placement, after edits and now, and the rounding of coins."""
    sums = ",\n".join(
        f"cast(sum({total(s)}) filter ({where}) as bigint) as {name}{s}"
        for s in SIDES
        for name, where in (("placed", "ano = 0"), ("edited", "ano < 200"), ("current", "true"))
    )
    con.execute(
        f"""create table truth.dues as
        with sums as (select ono, {sums} from truth.moves group by ono),
        coins as (
            select s.*, o.rate_millionths,
                case when o.pay = 'cash' and o.shop = {shops.WORLD} and o.currency_p not in ('JPY', 'KWD')
                    then {ROUNDING.format("placed_p")} else 0 end as rounding_p
            from sums as s join truth.orders as o using (ono))
        select * exclude (rate_millionths),
            div_round(rounding_p * 1000000, rate_millionths) as rounding
        from coins order by ono"""
    )


def _create_refunds(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.refunds``: one per refund agreement, with what the buyer got (nothing if nothing was paid)."""
    con.execute(
        f"""create table truth.refunds as
        with listed as (
            select l.ono, l.ano, {", ".join(f"cast(-sum({total(s)}) as bigint) as amount{s}" for s in SIDES)}
            from truth.listings as l join truth.moves as m using (move)
            group by l.ono, l.ano)
        select a.ono, a.ano, a.happened_at, o.pay, o.gone_at is not null as is_cancellation,
            case when o.cancel in ('before_capture', 'voided') then 0 else greatest(l.amount, 0) end as amount,
            case when o.cancel in ('before_capture', 'voided') then 0 else greatest(l.amount_p, 0) end
                as amount_p,
            case when d.rounding_p <> 0 then {ROUNDING.format("greatest(l.amount_p, 0)")} else 0 end
                as rounding_p,
            case when d.rounding_p <> 0 then div_round(
                {ROUNDING.format("greatest(l.amount_p, 0)")} * 1000000, o.rate_millionths) else 0 end as rounding
        from truth.agreements as a
        join listed as l using (ono, ano)
        join truth.orders as o using (ono) join truth.dues as d using (ono)
        where a.type = 'RefundAgreement' order by a.ono, a.ano"""
    )


def _create_transactions(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""create table truth.transactions as
        with owed as (
            select o.ono, o.created_at as t, o.clock, o.gone_at, o.pay, o.cancel, o.capture_after, o.pay_after,
                o.edit, o.settled_at + interval 1 hour as edit_settled_at,
                d.placed + d.rounding as due, d.placed_p + d.rounding_p as due_p,
                d.edited as edited, d.edited_p as edited_p,
                o.cancel in {UNPAID_CANCELS} as is_unpaid,
                div_round((d.placed + d.rounding) * 3, 10) as part,
                div_round((d.placed_p + d.rounding_p) * 3, 10) as part_p,
                case when pay = 'cash' then 'cash' when pay = 'on_terms' then 'bank_transfer'
                    when u < case when shop = {shops.JP} then 0.7 else 0.45 end then 'stripe'
                    when u < 0.7 then 'shopify_payments'
                    when shop = {shops.DE} and u < 0.85 then 'klarna'
                    when shop = {shops.JP} then 'konbini' else 'paypal' end as gateway
            from truth.orders as o join truth.dues as d using (ono)
            where d.placed + d.rounding > 0),
        backs as (
            {_refunds_by_tender()}),
        steps as (
            select ono, 1 as tno, 'AUTHORIZATION' as kind, 'SUCCESS' as status, null as error, t as happened_at,
                null as parent, due as amount, due_p as amount_p, gateway
            from owed where is_unpaid or pay in ('auth_capture', 'voided_auth')
            union all
            select ono, 2, 'VOID', 'SUCCESS', null, gone_at, 1, due, due_p, gateway
            from owed where is_unpaid and gone_at is not null
            union all
            select ono, 2, 'CAPTURE', 'SUCCESS', null,
                case when edit <> 'none' then edit_settled_at
                    else t + capture_after * interval 1 second end, 1,
                case when edit <> 'none' then least(edited, due) else due end,
                case when edit <> 'none' then least(edited_p, due_p) else due_p end, gateway
            from owed where not is_unpaid and pay = 'auth_capture'
            union all
            select ono, 3, 'SALE', 'SUCCESS', null, edit_settled_at + interval 1 minute, null,
                edited - due, edited_p - due_p, gateway
            from owed where not is_unpaid and pay = 'auth_capture' and edit <> 'none' and edited > due
            union all
            select ono, 1, 'SALE', 'FAILURE', 'CARD_DECLINED', t, null, due, due_p, gateway
            from owed where not is_unpaid and pay = 'failed_retry'
            union all
            select ono, 2, 'VOID', 'SUCCESS', null, t + interval 10 minute, 1, due, due_p, gateway
            from owed where not is_unpaid and pay = 'voided_auth'
            union all
            select ono, 1, 'SALE', 'SUCCESS', null, t, null, part, part_p, 'gift_card'
            from owed where not is_unpaid and pay = 'sale_and_capture'
            union all
            select ono, 2, 'AUTHORIZATION', 'SUCCESS', null, t + interval 5 second, null,
                due - part, due_p - part_p, gateway
            from owed where not is_unpaid and pay = 'sale_and_capture'
            union all
            select ono, 3, 'CAPTURE', 'SUCCESS', null, t + capture_after * interval 1 second, 2,
                due - part, due_p - part_p, gateway
            from owed where not is_unpaid and pay = 'sale_and_capture'
            union all
            select ono, 4, 'SALE', 'SUCCESS', null, t + case pay when 'failed_retry' then interval 5 minute
                when 'voided_auth' then interval 15 minute
                when 'on_terms' then pay_after * interval 1 second else interval 0 second end, null,
                due, due_p, gateway
            from owed where not is_unpaid and pay in ('sale', 'cash', 'failed_retry', 'voided_auth', 'on_terms')
            union all
            select ono, ano, 'REFUND', 'SUCCESS', null, happened_at + interval 1 minute,
                case pay when 'auth_capture' then 2 when 'sale_and_capture' then 3 else 4 end,
                back, back_p, gateway
            from backs where back > 0 or back_p > 0
            union all
            select ono, {SECOND_TENDER} + ano, 'REFUND', 'SUCCESS', null, happened_at + interval 1 minute, 1,
                whole - back, whole_p - back_p, 'gift_card'
            from backs where whole > back or whole_p > back_p)
        select s.*, {transaction_number("s")} as transaction,
            {id_of("transaction", transaction_slot("s.tno"))} as transaction_id
        from steps as s join truth.orders as o using (ono)
        where s.happened_at <= o.clock order by transaction"""
    )


def _refunds_by_tender() -> str:
    """SQL: each refund, and what of it goes back where the order's own gateway took its money.

    A gateway gives back no more than it took: of a split payment the gift card gets the rest.
    """
    sides = ", ".join(
        f"""r.amount{s} + r.rounding{s} as whole{s},
        case when o.pay = 'sale_and_capture' then o.due{s} - o.part{s} end as taken{s},
        sum(r.amount{s} + r.rounding{s}) over (partition by r.ono order by r.happened_at, r.ano) as so_far{s}"""
        for s in SIDES
    )
    backs = ", ".join(
        f"""cast(coalesce(least(so_far{s}, taken{s}) - least(so_far{s} - whole{s}, taken{s}), whole{s})
            as bigint) as back{s}"""
        for s in SIDES
    )
    return f"""select *, {backs} from (
        select r.ono, r.ano, r.happened_at, o.pay, o.gateway, {sides}
        from truth.refunds as r join owed as o using (ono) where r.amount > 0) as r"""
