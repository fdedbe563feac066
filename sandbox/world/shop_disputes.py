"""Disputes at Shopify Payments: one of each fate for the first charges of a shop, drawn ones for the others."""

import duckdb

DISPUTE_FEE = 1_500  # minor units; returned when the dispute is won
PER_MILLE = 8
OPEN_DAYS, ANSWER_DAYS, DUE_DAYS = 12, 5, 10
REASONS = (
    *("FRAUDULENT", "PRODUCT_NOT_RECEIVED", "PRODUCT_UNACCEPTABLE", "UNRECOGNIZED"),
    *("CREDIT_NOT_PROCESSED", "DUPLICATE", "GENERAL", "SUBSCRIPTION_CANCELLED"),
)
CODES = ("10.4", "13.1", "13.3", "10.4", "13.6", "12.6", "13.9", "13.2")


def create_shop_disputes(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.sp_disputes``: opened by the clock; of charges of which nothing is planned to come back.

    The first three such charges of a shop are lost, won and merely inquired about. An inquiry moves no money.
    """
    con.execute(
        f"""create table truth.sp_disputes as
        with numbered as (
            select *, row_number() over (partition by shop order by ono) as nth,
                chance(ono, 'shop dispute', 1000000) as drawn
            from truth.sp_taken where is_quiet),
        fated as (
            select *, case when nth = 1 then 'LOST' when nth = 2 then 'WON' when nth = 3 then 'INQUIRY'
                    when drawn // 1000 % 100 < 40 then 'LOST' when drawn // 1000 % 100 < 75 then 'WON'
                    else 'INQUIRY' end as fate,
                happened_at + ({OPEN_DAYS} + drawn // 100 % 30 * (nth > 3)::int) * interval 1 day
                    + interval 2 hour as opened_at,
                20 + drawn // 10 % 45 as days
            from numbered where nth <= 3 or drawn % 1000 < {PER_MILLE})
        select shop, ono, account, order_id, currency, clock, id_step, dispute_id, disputed_id, transaction_id,
            amount, opened_at, fate = 'INQUIRY' as is_inquiry, case fate when 'LOST' then 'LOST' else 'WON' end
                as outcome,
            opened_at + interval {ANSWER_DAYS} day as answered_at, opened_at + days * interval 1 day as closed_at,
            opened_at + interval {DUE_DAYS} day as due_at,
            {list(REASONS)!r}[1 + drawn % {len(REASONS)}] as reason,
            {list(CODES)!r}[1 + drawn % {len(CODES)}] as code
        from fated where opened_at <= clock"""
    )
