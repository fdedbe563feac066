with

newest_rows as (
    {{ newest_versions('raw_treasury', 'gateway_migrations', key=['migration_id', 'version']) }}
),

renamed as (
    select
        'treasury' as system,
        account,
        {{ to_text('migration_id') }} as migration_id,
        cast(version as bigint) as version,
        {{ to_text('shop_account') }} as shop_account,
        lower({{ to_text('payment_method') }}) as payment_method,
        lower({{ to_text('from_gateway') }}) as from_gateway,
        lower({{ to_text('to_gateway') }}) as to_gateway,
        lower({{ to_text('from_system') }}) as from_system,
        lower({{ to_text('to_system') }}) as to_system,
        cast(starts_on as date) as starts_on,
        cast(ends_on as date) as ends_on,
        {{ to_text('owner') }} as owner,
        lower({{ to_text('severity') }}) as severity,
        {{ to_text('note') }} as note,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
