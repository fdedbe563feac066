with

newest_rows as (
    {{ newest_versions('raw_stripe', 'disputes') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

renamed as (
    select
        'stripe' as system,
        newest_rows.account,
        {{ to_text('newest_rows.id') }} as dispute_id,
        {{ to_text('newest_rows.charge') }} as charge_id,
        {{ to_text('newest_rows.payment_intent') }} as payment_intent_id,
        lower({{ to_text('newest_rows.status') }}) as status,
        lower({{ to_text('newest_rows.reason') }}) as reason,
        coalesce(
            lower({{ to_text('newest_rows.status') }}) like 'warning%'
            or newest_rows.payment_method_details__card__case_type = 'inquiry',
            false
        ) as is_inquiry,
        cast(newest_rows.is_charge_refundable as boolean) as is_charge_refundable,
        upper({{ to_text('newest_rows.currency') }}) as currency,
        {{ stripe_amount('newest_rows.amount') }} as amount,
        cast(newest_rows.created as timestamp) as created_at,
        cast(newest_rows.evidence_details__due_by as timestamp) as due_at,
        cast(newest_rows._version_at as timestamp) as _version_at,
        cast(newest_rows._received_at as timestamp) as _received_at
    from newest_rows
    left join currencies on upper(newest_rows.currency) = currencies.code
)

select * from renamed
