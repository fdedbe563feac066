-- An entry that stands in several statements, because a file came under another name, is taken
-- once: from the newest statement, then by the statement's id.
with

current_rows as (
    {{ children_of('stg_bank__statements', 'statement_id', 'raw_bank', 'entries', 'statement_id') }}
),

ranked as (
    select
        current_rows.*,
        row_number() over (
            partition by current_rows.account, current_rows.id
            order by
                current_rows._version_at desc nulls last,
                current_rows.statement_id asc nulls last
        ) as statement_rank
    from current_rows
),

renamed as (
    select
        'bank' as system,
        account,
        {{ to_text('id') }} as entry_id,
        {{ to_text('statement_id') }} as statement_id,
        {{ to_text('iban') }} as iban,
        upper({{ to_text('status') }}) = 'BOOK' as is_booked,
        cast(is_reversal as boolean) as is_reversal,
        {{ to_text('transaction_code') }} as transaction_code,
        {{ to_text('proprietary_code') }} as proprietary_code,
        {{ to_text('servicer_reference') }} as servicer_reference,
        {{ to_text('entry_reference') }} as entry_reference,
        {{ to_text('end_to_end_id') }} as end_to_end_id,
        {{ to_text('remittance_text') }} as remittance_text,
        {{ to_text('structured_reference') }} as structured_reference,
        {{ to_text('additional_info') }} as additional_info,
        {{ to_text('counterparty_name') }} as counterparty_name,
        {{ to_text('counterparty_iban') }} as counterparty_iban,
        {{ to_text('currency') }} as currency,
        cast(amount as decimal(38, 4)) as amount,
        cast(details_count as bigint) as details_count,
        cast(booked_date as date) as booked_date,
        cast(value_date as date) as value_date,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from ranked
    where statement_rank = 1
)

select * from renamed
