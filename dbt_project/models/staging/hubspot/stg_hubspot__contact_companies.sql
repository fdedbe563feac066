with

newest_rows as (
    {{
        newest_versions(
            'raw_hubspot',
            'contact_companies',
            key=['contact_id', 'company_id'],
        )
    }}
),

renamed as (
    select
        'hubspot' as system,
        account,
        {{ to_text('contact_id') }} as contact_id,
        {{ to_text('company_id') }} as company_id,
        {{ to_text('label') }} as label,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
