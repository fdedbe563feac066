-- PayPal's movements of its balances. It lists no entries of a withdrawal: one sweeps the whole
-- balance of a currency, so it holds what came since the one before. What is only authorised, held
-- open or denied moves nothing.
with

transactions as (
    select * from {{ ref('stg_paypal__transactions') }}
    where status in ('completed', 'reversed')
),

disputes as (
    select * from {{ ref('stg_paypal__disputes') }}
),

counted as (
    select
        transactions.*,
        coalesce(
            sum(case when kind = 'payout' then 1 else 0 end) over (
                partition by account, currency
                order by
                    occurred_at asc nulls last,
                    case when kind = 'payout' then 1 else 0 end asc nulls last,
                    entry_id asc nulls last
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as payouts_before_count
    from transactions
),

payouts as (
    select
        account,
        currency,
        entry_id as payout_id,
        payouts_before_count
    from counted
    where kind = 'payout'
),

-- A charge may have several disputes: a movement is of the one that was opened last before it.
disputed as (
    select
        counted.account,
        counted.entry_id,
        disputes.dispute_id,
        row_number() over (
            partition by counted.account, counted.entry_id
            order by disputes.opened_at desc nulls last, disputes.dispute_id desc nulls last
        ) as turn
    from counted
    inner join disputes
        on
            counted.account = disputes.account
            and counted.reference_id = disputes.charge_id
    where disputes.opened_at <= counted.occurred_at
),

linked as (
    select
        counted.system,
        counted.account,
        counted.entry_id,
        counted.kind,
        counted.event_code as vendor_type,
        counted.occurred_at,
        cast(null as timestamp) as available_at,
        coalesce(counted.reference_id, counted.entry_id) as source_id,
        case
            when counted.kind = 'charge' then counted.entry_id
            when counted.kind in ('payout', 'payout_failure') then null
            -- What follows a refund, a conversion say, names the refund; its charge is the
            -- refund's.
            when origins.kind <> 'charge' then coalesce(origins.reference_id, counted.reference_id)
            else counted.reference_id
        end as charge_id,
        case when counted.kind in ('refund', 'refund_failure') then counted.entry_id end
            as refund_id,
        case
            when counted.kind in ('dispute', 'dispute_reversal', 'dispute_fee')
                then disputed.dispute_id
        end as dispute_id,
        case when counted.kind = 'payout' then counted.entry_id else payouts.payout_id end
            as payout_id,
        {{ to_text('null') }} as transaction_id,
        case when counted.kind = 'charge' then counted.invoice_id end as payment_id,
        {{ to_text('null') }} as order_account,
        {{ to_text('null') }} as order_id,
        false as is_release,
        false as is_bounced,
        false as is_duplicate_record,
        counted.gross_amount,
        counted.fee_amount,
        cast(0 as decimal(38, 4)) as tax_on_fee_amount,
        counted.net_amount,
        counted.currency,
        case
            when
                counted.kind
                in ('charge', 'refund', 'refund_failure', 'dispute', 'dispute_reversal')
                then counted.gross_amount
        end as gross_amount_presentment,
        case
            when
                counted.kind
                in ('charge', 'refund', 'refund_failure', 'dispute', 'dispute_reversal')
                then counted.currency
        end as currency_presentment,
        counted.fee_amount as agreed_fee_amount,
        counted.occurred_at as paid_at
    from counted
    left join payouts
        on
            counted.account = payouts.account
            and counted.currency = payouts.currency
            and counted.payouts_before_count = payouts.payouts_before_count
    left join transactions as origins
        on
            counted.account = origins.account
            and counted.reference_id = origins.entry_id
    left join disputed
        on
            counted.account = disputed.account
            and counted.entry_id = disputed.entry_id
            and disputed.turn = 1
)

select * from linked
