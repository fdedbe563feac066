-- An inquiry is between buyer and seller, or PayPal's own claim: its money is held at most. Only a
-- chargeback or a case that was lost takes money.
with

newest_rows as (
    {{ newest_versions('raw_paypal', 'disputes', key=['dispute_id']) }}
),

renamed as (
    select
        'paypal' as system,
        account,
        {{ to_text('dispute_id') }} as dispute_id,
        {{ to_text('seller_transaction_id') }} as charge_id,
        lower({{ to_text('status') }}) as vendor_status,
        case
            when dispute_outcome__outcome_code like '%SELLER%' then 'won'
            when dispute_outcome__outcome_code like '%BUYER%' then 'lost'
            when status = 'RESOLVED' then 'closed'
            when status = 'UNDER_REVIEW' then 'under_review'
            else 'needs_response'
        end as status,
        lower({{ to_text('dispute_life_cycle_stage') }}) as stage,
        lower({{ to_text('reason') }}) as reason,
        lower({{ to_text('dispute_outcome__outcome_code') }}) as outcome,
        coalesce(dispute_life_cycle_stage = 'INQUIRY', false) as is_inquiry,
        {{ to_text('dispute_amount__currency_code') }} as currency,
        cast(dispute_amount__value as decimal(38, 4)) as amount,
        cast(dispute_outcome__amount_refunded__value as decimal(38, 4)) as refunded_amount,
        cast(create_time as timestamp) as opened_at,
        cast(update_time as timestamp) as updated_at,
        cast(seller_response_due_date as timestamp) as due_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
