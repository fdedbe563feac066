-- What each payment provider says that buyers paid or got back. What it does by itself, and no shop
-- hears of, is told apart: a debit that bounced, a refund that failed. What a partial capture lets
-- go belongs to its charge.
with

entries as (
    select * from {{ ref('int_psp_entries__unioned') }}
    where kind in ('charge', 'refund', 'refund_failure')
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

provided as (
    select
        entries.system,
        entries.account,
        accounts.legal_entity,
        entries.entry_id,
        entries.kind,
        case entries.kind when 'charge' then 'charge' else 'refund' end as movement,
        case
            when entries.is_bounced then 'payment_failed'
            when entries.kind = 'refund_failure' then 'refund_failed'
        end as silent_reason,
        entries.is_release,
        entries.is_duplicate_record,
        entries.charge_id,
        entries.transaction_id,
        entries.payment_id,
        entries.order_account,
        entries.order_id,
        case
            when entries.system = 'shopify' then entries.gross_amount
            else coalesce(entries.gross_amount_presentment, entries.gross_amount)
        end as amount,
        case
            when entries.system = 'shopify' then entries.currency
            else coalesce(entries.currency_presentment, entries.currency)
        end as currency,
        entries.occurred_at,
        entries.paid_at
    from entries
    left join accounts
        on
            entries.system = accounts.system
            and entries.account = accounts.account
),

-- A buyer's own transfer needs no provider: the bank line is what the provider's entry would be.
transferred as (
    select
        lines.system,
        lines.account,
        lines.legal_entity,
        lines.line_id as entry_id,
        case when lines.amount < 0 then 'refund' else 'charge' end as kind,
        case when lines.amount < 0 then 'refund' else 'charge' end as movement,
        {{ to_text('null') }} as silent_reason,
        false as is_release,
        lines.is_duplicate_record,
        lines.line_id as charge_id,
        {{ to_text('null') }} as transaction_id,
        {{ to_text('null') }} as payment_id,
        buyers.order_account,
        buyers.order_id,
        lines.amount,
        lines.currency,
        lines.occurred_at,
        lines.occurred_at as paid_at
    from {{ ref('int_bank_entries__unioned') }} as lines
    inner join {{ ref('int_buyer_payments__named') }} as buyers
        on
            lines.account = buyers.account
            and lines.line_id = buyers.line_id
),

described as (
    select * from provided
    union all
    select * from transferred
),

matchable as (
    select
        described.*,
        silent_reason is null and not is_release and not is_duplicate_record as is_matchable
    from described
)

select * from matchable
