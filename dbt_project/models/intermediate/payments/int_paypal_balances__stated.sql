-- Balances as PayPal states them: of a day and currency in its settlement reports, which are not
-- made for every account, and after each transaction. A day closes as its last transaction left
-- it; what happened in the same second is in the order of its ids, as PayPal lists it.
with

sections as (
    select * from {{ ref('stg_paypal__settlement_sections') }}
),

transactions as (
    select
        listed.account,
        listed.entry_id,
        listed.currency,
        listed.net_amount,
        listed.ending_balance_amount,
        listed.occurred_at,
        {{ local_date('listed.occurred_at', 'accounts.zone') }} as balance_date
    from {{ ref('stg_paypal__transactions') }} as listed
    left join {{ ref('stg_group__accounts') }} as accounts
        on
            listed.system = accounts.system
            and listed.account = accounts.account
    where listed.status in ('completed', 'reversed') and listed.ending_balance_amount is not null
),

ranked as (
    select
        transactions.*,
        row_number() over (
            partition by account, currency, balance_date
            order by occurred_at asc nulls last, entry_id asc nulls last
        ) as turn,
        row_number() over (
            partition by account, currency, balance_date
            order by occurred_at desc nulls last, entry_id desc nulls last
        ) as turn_from_end
    from transactions
),

days as (
    select
        account,
        currency,
        balance_date,
        max(case when turn = 1 then ending_balance_amount - net_amount end) as first_amount,
        max(case when turn_from_end = 1 then ending_balance_amount end) as closing_amount,
        min(occurred_at) as begins_at,
        max(occurred_at) as ends_at
    from ranked
    group by account, currency, balance_date
),

stated as (
    select
        account,
        currency,
        'running_balance' as statement,
        {{ to_text('balance_date') }} as statement_id,
        balance_date,
        begins_at,
        ends_at,
        coalesce(
            lag(closing_amount) over (
                partition by account, currency order by balance_date asc nulls last
            ),
            first_amount
        ) as opening_amount,
        closing_amount
    from days
    union all
    select
        account,
        currency,
        'settlement_report' as statement,
        section_id as statement_id,
        report_date as balance_date,
        period_start_at as begins_at,
        period_end_at as ends_at,
        opening_amount,
        closing_amount
    from sections
)

select * from stated
