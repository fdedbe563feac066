-- Balances as Adyen states them: a batch that pays out leaves nothing; another carries what it
-- holds into the next, as a balance transfer in both. So a batch opens with what was carried since
-- the last payout.
with

batches as (
    select
        lines.account,
        lines.currency,
        lines.batch_number,
        cast(lines.batch_number as bigint) as batch_turn,
        sum(case when lines.kind = 'transfer' then lines.net_amount else 0 end) as carried_amount,
        max(case when lines.kind = 'payout' then 1 else 0 end) as payouts_count,
        max(coalesce(lines.booked_at, lines.occurred_at)) as closed_at
    from {{ ref('stg_adyen__settlement_lines') }} as lines
    where not lines.is_copy
    group by lines.account, lines.currency, lines.batch_number
),

counted as (
    select
        batches.*,
        coalesce(
            sum(payouts_count) over (
                partition by account, currency
                order by batch_turn asc nulls last
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as payouts_before_count
    from batches
),

opened as (
    select
        counted.*,
        -coalesce(
            sum(carried_amount) over (
                partition by account, currency, payouts_before_count
                order by batch_turn asc nulls last
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as opening_amount
    from counted
),

stated as (
    select
        opened.account,
        opened.currency,
        'batch' as statement,
        opened.batch_number as statement_id,
        {{ local_date('opened.closed_at', 'accounts.zone') }} as balance_date,
        opened.opening_amount,
        case
            when opened.payouts_count > 0 then 0
            else opened.opening_amount - opened.carried_amount
        end as closing_amount
    from opened
    left join {{ ref('stg_group__accounts') }} as accounts
        on
            accounts.system = 'adyen'
            and opened.account = accounts.account
)

select * from stated
