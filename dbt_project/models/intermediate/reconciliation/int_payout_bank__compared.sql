-- Every link of a payout with a bank line, with what both sides of its group sum to. A line may pay
-- several payouts and a payout may come in several lines; what they differ by stands on the first
-- of each side.
with

links as (
    select * from {{ ref('int_payout_bank__linked') }}
),

payouts as (
    select * from {{ ref('int_payouts__summed') }}
),

lines as (
    select * from {{ ref('int_bank_entries__unioned') }}
),

joined as (
    select
        links.system,
        links.account,
        links.payout_id,
        links.bank_account,
        links.line_id,
        links.link_key,
        links.confidence,
        payouts.amount as payout_amount,
        payouts.currency as payout_currency,
        coalesce(payouts.status in ('failed', 'canceled', 'cancelled', 'returned'), false)
            as is_failed,
        case
            when lines.currency <> payouts.currency and lines.instructed_currency = payouts.currency
                then lines.instructed_amount
            else lines.amount
        end as line_amount,
        case
            when lines.instructed_currency = payouts.currency then payouts.currency
            else lines.currency
        end as currency,
        count(*) over (partition by links.bank_account, links.line_id) as payouts_count,
        row_number() over (
            partition by links.bank_account, links.line_id
            order by
                links.system asc nulls last,
                links.account asc nulls last,
                links.payout_id asc nulls last
        ) as payout_turn,
        row_number() over (
            partition by links.system, links.account, links.payout_id
            order by links.bank_account asc nulls last, links.line_id asc nulls last
        ) as line_turn
    from links
    inner join payouts
        on
            links.system = payouts.system
            and links.account = payouts.account
            and links.payout_id = payouts.payout_id
    inner join lines
        on
            links.bank_account = lines.account
            and links.line_id = lines.line_id
),

summed as (
    select
        joined.*,
        sum(payout_amount) over (partition by bank_account, line_id, payout_currency, currency)
            as payouts_amount,
        sum(line_amount) over (partition by system, account, payout_id, currency) as lines_amount
    from joined
),

compared as (
    select
        summed.*,
        case
            when currency <> payout_currency then null
            when payouts_count > 1 and payout_turn > 1 then 0
            when payouts_count > 1 then payouts_amount - line_amount
            else payout_amount - lines_amount
        end as gap_amount
    from summed
)

select * from compared
