"""SQL macros of the PSP's half of the world: its ids, its coins, its clockwork draws.

A draw is a hash of what a thing is (order, transaction, purpose) and the seed, never of how many there
are: a world whose clock moves on draws the same for everything that was there.
"""

import duckdb

SUBMITTED_HOURS = 8  # until the bank has a payout


def create_macros(con: duckdb.DuckDBPyConnection, seed: int) -> None:
    con.execute(
        f"""
create macro psp_draw(a, b, purpose, sides) as
    cast(hash(cast(a as bigint), cast(b as bigint), purpose, {seed}) % sides as integer);
-- Case-sensitive letters and digits, as the PSP's are.
create macro psp_id(prefix, key) as prefix
    || substr(replace(replace(to_base64(unhex(md5(key))), '+', 'Q'), '/', 'x'), 1, 20);
-- The PSP takes three-decimal currencies in tens only.
create macro psp_coin(amount, currency) as
    case when currency = 'KWD' then div_round(amount, 10) * 10 else amount end;
create macro psp_settled(amount, rate_millionths) as
    case when rate_millionths is null then amount else div_round(amount * rate_millionths, 1000000) end;
create macro psp_workday(d) as
    d + case isodow(d) when 6 then 2 when 7 then 1 else 0 end * interval 1 day;
-- What the world has seen.
create macro psp_now() as (select present from truth.psp_clock);
-- Details of a payment method name that method only.
create macro psp_text(shown) as
    replace(replace(cast(to_json(shown) as varchar), '"card":null,', ''), ',"sepa_debit":null', '');
create macro psp_payout_state(created_at, arrives_at, refused_at, canceled_at, t) as
    case when canceled_at <= t then 'canceled' when refused_at <= t then 'failed'
        when arrives_at <= t then 'paid'
        when created_at + interval {SUBMITTED_HOURS} hour <= t then 'in_transit' else 'pending' end;
create macro psp_dispute_state(is_inquiry, outcome, answered_at, closed_at, t) as
    case when closed_at <= t then outcome
        else case when is_inquiry then 'warning_' else '' end
            || case when answered_at <= t then 'under_review' else 'needs_response' end end;
create macro psp_epoch(t) as cast(epoch(t) as bigint);
"""
    )
