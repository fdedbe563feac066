with

newest_rows as (
    {{ newest_versions('raw_bank', 'statements') }}
),

renamed as (
    select
        'bank' as system,
        account,
        {{ to_text('id') }} as statement_id,
        {{ to_text('iban') }} as iban,
        {{ to_text('currency') }} as currency,
        {{ to_text('format') }} as format,
        {{ to_text('file') }} as file_name,
        cast(from_date as date) as from_date,
        cast(to_date as date) as to_date,
        cast(opening_amount as decimal(38, 4)) as opening_amount,
        cast(closing_amount as decimal(38, 4)) as closing_amount,
        cast(created_at as timestamp) as created_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
