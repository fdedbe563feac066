-- HubSpot tells no removal of an association: it is current only with its contact's newest version.
-- The labels of one pair come joined by ';'.
with

current_rows as (
    {{
        children_of(
            'stg_hubspot__contacts', 'contact_id',
            'raw_hubspot', 'contact_companies', 'contact_id', ['company_id']
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
        coalesce(';' || lower({{ to_text('label') }}) || ';' like '%;primary;%', false)
            as is_primary,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
