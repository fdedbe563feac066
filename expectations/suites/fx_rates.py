"""``marts.fx_rates``: are there rates for what we sell in, are they plausible, did someone sign?"""

from typing import Any

from expectations.definitions import AS_OF
from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.fx_rates"
OWNER = "treasury-team"

_IN_USE = """
    in_use as (
        select distinct ledger.currency, accounts.group_currency
        from marts.revenue_ledger as ledger
        inner join marts.accounts as accounts
            on ledger.system = accounts.system and ledger.account = accounts.account
        where ledger.currency <> accounts.group_currency
    )"""


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "rates_reach_as_of",
            f"""
            with {_IN_USE}
            select in_use.currency, max(batch.rate_date) as last_rate
            from in_use
            left join batch
                on in_use.currency = batch.from_currency
                and in_use.group_currency = batch.to_currency
                and batch.kind = 'transaction'
            group by in_use.currency
            having coalesce(max(batch.rate_date), date '1900-01-01') < cast({AS_OF} as date) - 7
            """,
            severity="warning",
            expected="a rate from the last 7 days for every currency we sell in",
            notes="The rate of up to 7 days ago is used; after that, new orders have no group amount.",
            next_step="see whether the ECB's file or treasury's stopped: concord load ecb, concord load treasury.",
            measure="""
                select 'newest rate ' || max(rate_date) || ', ' || count(distinct from_currency)
                       || ' currencies' from marts.fx_rates where kind = 'transaction'""",
        ),
        no_rows(
            "no_rate_jumps",
            f"""
            with {_IN_USE},
            moves as (
                select
                    batch.from_currency, batch.to_currency, batch.source, batch.rate_date, batch.rate,
                    lag(batch.rate) over (
                        partition by batch.from_currency, batch.to_currency, batch.source
                        order by batch.rate_date
                    ) as rate_before
                from batch
                inner join in_use
                    on batch.from_currency = in_use.currency and batch.to_currency = in_use.group_currency
                where batch.kind = 'transaction'
                qualify row_number() over (
                    partition by batch.from_currency, batch.to_currency, batch.source, batch.rate_date
                    order by batch.version desc
                ) = 1
            )
            select from_currency, to_currency, source, rate_date, rate_before, rate
            from moves
            where abs(rate - rate_before) > 0.2 * rate_before
            order by rate_date desc
            """,
            severity="warning",
            expected="at most 20 % from one rate to the next",
            notes=(
                "The franc's leap of January 2015 was 14 % between two fixings; a misplaced decimal"
                " point is 90 %."
            ),
            next_step="compare with another source; correct it as a new version in treasury's file.",
        ),
        no_rows(
            "pairs_invert",
            f"""
            with {_IN_USE}
            select there.from_currency, there.to_currency, there.rate_date, there.rate, back.rate as inverse
            from batch as there
            inner join in_use
                on there.from_currency = in_use.currency and there.to_currency = in_use.group_currency
            inner join batch as back
                on there.from_currency = back.to_currency
                and there.to_currency = back.from_currency
                and there.rate_date = back.rate_date
                and there.kind = back.kind
                and there.source = back.source
                and there.version = back.version
            where abs(cast(there.rate * back.rate as decimal(38, 10)) - 1) > 0.0001
            """,
            severity="critical",
            expected="rate x inverse = 1 within 0.0001",
            notes="A rate quoted the wrong way round multiplies yen by 160 instead of dividing.",
            next_step="see which side of the pair the source quotes, and mend its staging model.",
        ),
        no_rows(
            "approved_rates_name_their_approver",
            """
            select rate_id, approved_by, approved_at
            from batch
            where status = 'approved' and source <> 'identity'
                and (approved_by is null or approved_at is null)
            """,
            severity="critical",
            expected="who approved and when, on every approved rate",
            notes="Treasury's rate overrides the ECB's because someone answers for it.",
            next_step="ask treasury to approve it again; a rate without a name stays provisional.",
            measure="""
                select count(*) || ' approved rates of treasury' from marts.fx_rates
                where status = 'approved' and source = 'treasury'""",
        ),
    ]
