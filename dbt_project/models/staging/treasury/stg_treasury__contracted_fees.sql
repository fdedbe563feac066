with

newest_rows as (
    {{ newest_versions('raw_treasury', 'contracted_fees', key=['fee_id', 'version']) }}
),

renamed as (
    select
        'treasury' as system,
        account,
        {{ to_text('fee_id') }} as fee_id,
        cast(version as bigint) as version,
        lower({{ to_text('system') }}) as psp_system,
        {{ to_text('psp_account') }} as psp_account,
        lower({{ to_text('payment_method') }}) as payment_method,
        lower({{ to_text('region') }}) as region,
        lower({{ to_text('fee_basis') }}) as fee_basis,
        {{ to_text('currency') }} as currency,
        cast(fee_rate as decimal(18, 10)) as fee_rate,
        cast(fixed_amount as decimal(38, 4)) as fixed_amount,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        {{ to_text('agreed_by') }} as agreed_by,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
