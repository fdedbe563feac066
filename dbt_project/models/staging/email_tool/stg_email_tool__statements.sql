-- A statement never changes; a file that is read again repeats it, and the first reading is when it
-- was heard.
with

ranked as (
    select
        statements.*,
        min(statements._received_at) over (
            partition by statements.account, statements.statement_id
        ) as first_received_at,
        row_number() over (
            partition by statements.account, statements.statement_id
            order by
                statements._version_at desc nulls last,
                statements._received_at desc nulls last,
                statements._version_hash desc nulls last
        ) as version_rank
    from {{ source('raw_email_tool', 'statements') }} as statements
    where {{ in_complete_load('raw_email_tool', 'statements') }}
),

renamed as (
    select
        'email_tool' as system,
        account,
        {{ to_text('statement_id') }} as statement_id,
        {{ to_text('email') }} as address,
        lower({{ to_text('channel') }}) as channel,
        lower({{ to_text('purpose') }}) as purpose,
        upper({{ to_text('country') }}) as country,
        {{ to_text('controller') }} as controller,
        lower({{ to_text('state') }}) as state,
        lower({{ to_text('origin') }}) as origin,
        lower({{ to_text('method') }}) as method,
        {{ to_text('wording_version') }} as wording_version,
        {{ to_text('evidence') }} as evidence,
        cast(stated_at as timestamp) as stated_at,
        cast(recorded_at as timestamp) as recorded_at,
        cast(first_received_at as timestamp) as first_received_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from ranked
    where version_rank = 1
)

select * from renamed
