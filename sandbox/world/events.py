"""What changes an order after placement: returns, refunds, cancellations, and their agreements.

Agreements of an order are numbered by what they are: 0 the order, 1 and on its edits, 200 + 2r the
return of round r, 201 + 2r the refund of round r, 301 the cancellation's refund, 401 a refund
without goods. What has happened never moves: a later clock only adds agreements behind it.
"""

import duckdb

from sandbox.world import shops
from sandbox.world.amounts import measures, negated, taken_back, total
from sandbox.world.baskets import MOVE_COLUMNS
from sandbox.world.ids import move_id

CANCELLED, MONEY_ONLY = 301, 401
RETURN_FEE = 500  # minor units, of any currency
REVERSED_BY_VENDOR = "('before_capture', 'after_capture', 'voided')"


def create_events(con: duckdb.DuckDBPyConnection) -> None:
    """Add the moves of returns and cancellations, then ``truth.agreements`` and what each lists."""
    _create_rounds(con)
    _return_goods(con)
    _return_the_rest(con)
    _adjust(con)
    _cancel(con)
    _create_agreements(con)


def _create_rounds(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.rounds``: each round of returns that has happened; its refund may still be due."""
    con.execute(
        """create table truth.rounds as
        with planned as (
            select ono, cast(round as bigint) as round, clock, is_return_first,
                created_at + (ret_after + (round - 1) * ret_gap) * interval 1 second as returned_at,
                created_at + (ret_after + (round - 1) * ret_gap
                    + case when is_return_first then refund_gap else 0 end) * interval 1 second as refunded_at
            from truth.orders
            join (values (1), (2), (3)) as r(round)
                on r.round <= case ret when 'partial' then ret_rounds when 'full' then 1 else 0 end)
        select ono, round, is_return_first, returned_at,
            case when refunded_at <= clock then refunded_at end as refunded_at,
            case when is_return_first then 200 else 201 end + 2 * round as goods_ano,
            201 + 2 * round as refund_ano
        from planned where returned_at <= clock"""
    )


def _return_goods(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""insert into truth.moves ({MOVE_COLUMNS})
        with returnable as (
            select s.*, o.ret, l.returned_in, l.returned_share,
                s.lno = min(s.lno) over (partition by s.ono) as is_first
            from truth.subjects as s
            join truth.orders as o using (ono) join truth.lines as l using (ono, lno)
            where s.kind = 'product' and s.quantity > 0 and o.ret <> 'none'),
        counted as (
            select e.*, r.round, r.goods_ano,
                case when ret = 'full' then quantity
                    when is_first then least(quantity, round)
                    when returned_in between 1 and round
                        then least(quantity, 1 + cast(floor(returned_share * quantity) as bigint))
                    else 0 end as units
            from returnable as e join truth.rounds as r using (ono)),
        stepped as (
            select *, coalesce(lag(units) over (partition by ono, lno order by round), 0) as before
            from counted)
        select ono, goods_ano, 'product', 'RETURN', lno, before - units, rate1, rate2,
            {taken_back("before", "units", "quantity")}
        from stepped where units > before"""
    )


def _return_the_rest(con: duckdb.DuckDBPyConnection) -> None:
    """Shipping, duties and fees go back with most full refunds; shipping alone as a kindness."""
    con.execute(
        f"""insert into truth.moves ({MOVE_COLUMNS})
        select s.ono, r.refund_ano, s.kind, 'RETURN', s.lno, -s.quantity, s.rate1, s.rate2, {negated("s.")}
        from truth.subjects as s
        join truth.orders as o using (ono) join truth.rounds as r using (ono)
        where o.ret = 'full' and o.u < 0.6 and r.refunded_at is not null
            and s.kind in ('shipping', 'duty', 'additional_fee')
        union all
        select s.ono, {MONEY_ONLY}, s.kind, 'RETURN', s.lno, -s.quantity, s.rate1, s.rate2, {negated("s.")}
        from truth.subjects as s join truth.orders as o using (ono)
        where o.ret = 'none' and o.adjust = 'shipping' and s.kind = 'shipping'
            and {total("", "s.")} > 0
            and o.created_at + o.ret_after * interval 1 second <= o.clock"""
    )


def _adjust(con: duckdb.DuckDBPyConnection) -> None:
    """Goodwill, restocking kept back, and return shipping charged as a fee of its own."""
    con.execute(
        f"""insert into truth.moves ({MOVE_COLUMNS})
        with last_rounds as (
            -- The last one planned, so that what it brings doesn't wander as the rounds go by.
            select r.ono, case when o.adjust = 'return_fee' then r.goods_ano
                when r.refunded_at is not null then r.refund_ano end as ano
            from truth.rounds as r join truth.orders as o using (ono)
            where r.round = case o.ret when 'partial' then o.ret_rounds else 1 end),
        goods as (
            select ono, sum(case when action = 'RETURN' then 0 else {total()} end) as sold,
                sum(case when action = 'RETURN' then 0 else {total("_p")} end) as sold_p,
                sum(case when action = 'RETURN' then -{total()} else 0 end) as returned,
                sum(case when action = 'RETURN' then -{total("_p")} else 0 end) as returned_p
            from truth.moves where kind = 'product' group by ono),
        planned as (
            select o.ono, o.adjust, o.is_tax_included, o.shop, o.rate_millionths,
                g.sold, g.sold_p, g.returned, g.returned_p,
                coalesce(r.ano, case when o.ret = 'none' then {MONEY_ONLY} end) as ano
            from truth.orders as o join goods as g using (ono) left join last_rounds as r using (ono)
            where o.adjust in ('goodwill', 'restocking', 'return_fee')
                and o.created_at + o.ret_after * interval 1 second <= o.clock),
        priced as (
            select ono, adjust, ano,
                case when shop = {shops.DE} then {shops.FULL_TAX_DE} else 0 end as rate1, 0 as rate2,
                is_tax_included, 0 as off, 0 as off_p,
                cast(case adjust when 'goodwill' then -div_round(sold, 20)
                    when 'restocking' then div_round(returned, 10) else {RETURN_FEE} end as bigint) as total,
                cast(case adjust when 'goodwill' then -div_round(sold_p, 20)
                    when 'restocking' then div_round(returned_p, 10)
                    else presented({RETURN_FEE}, rate_millionths) end as bigint) as total_p
            from planned)
        select ono, ano, case when adjust = 'return_fee' then 'fee' else 'adjustment' end,
            case when adjust = 'return_fee' then 'ORDER' else 'RETURN' end, 0,
            case when adjust = 'return_fee' then 1 end, rate1, rate2,
            {measures()}
        from priced where ano is not null and total <> 0"""
    )


def _cancel(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""insert into truth.moves ({MOVE_COLUMNS})
        select s.ono, {CANCELLED}, s.kind, 'RETURN', s.lno, -s.quantity, s.rate1, s.rate2, {negated("s.")}
        from truth.subjects as s join truth.orders as o using (ono)
        where o.gone_at is not null and o.cancel in {REVERSED_BY_VENDOR}"""
    )


def _create_agreements(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.agreements`` in order of time, and ``truth.listings``: which moves each one lists."""
    con.execute(
        f"""create table truth.agreements as
        with planned as (
            select ono, 0 as ano, 'OrderAgreement' as type, created_at as happened_at from truth.orders
            union all
            select ono, r, 'OrderEditAgreement', created_at + r * edit_after * interval 1 second
            from truth.orders join range(1, 1000) as e(r) on r <= edited_rounds
            union all
            select ono, goods_ano, 'ReturnAgreement', returned_at
            from truth.rounds where is_return_first
            union all
            select ono, refund_ano, 'RefundAgreement', refunded_at
            from truth.rounds where refunded_at is not null
            union all
            select ono, {CANCELLED}, 'RefundAgreement', gone_at
            from truth.orders where gone_at is not null
            union all
            select ono, {MONEY_ONLY}, 'RefundAgreement', created_at + ret_after * interval 1 second
            from truth.orders where ret = 'none' and adjust <> 'none')
        select p.* from planned as p
        where ano = 0 or exists (
            select 1 from truth.moves as m
            where m.ono = p.ono and (m.ano = p.ano
                or (p.type = 'RefundAgreement' and p.ano < {CANCELLED} and m.ano = p.ano - 1)))
        order by ono, ano"""
    )
    con.execute(
        f"""create table truth.numbered_moves as
        select {move_id("m")} as move, m.* from truth.moves as m order by move"""
    )
    con.execute("drop table truth.moves")
    con.execute("alter table truth.numbered_moves rename to moves")
    con.execute(
        f"""create table truth.listings as
        select a.ono, a.ano, m.move, m.ano = a.ano as is_first_listing
        from truth.agreements as a
        join truth.moves as m on m.ono = a.ono and (m.ano = a.ano
            or (a.type = 'RefundAgreement' and a.ano < {CANCELLED} and m.ano = a.ano - 1))
        order by a.ono, a.ano, m.move"""
    )
