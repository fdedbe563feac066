-- The transactions an entry stands for, of the statement that the entry is taken from.
with

current_rows as (
    {{
        children_of(
            'stg_bank__statements',
            'statement_id',
            'raw_bank',
            'entry_details',
            'statement_id',
            key=['entry_id', 'position'],
        )
    }}
),

ranked as (
    select
        current_rows.*,
        row_number() over (
            partition by current_rows.account, current_rows.entry_id, current_rows.position
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
        {{ to_text('entry_id') }} as entry_id,
        {{ to_text('statement_id') }} as statement_id,
        cast(position as bigint) as position,
        {{ to_text('end_to_end_id') }} as end_to_end_id,
        {{ to_text('transaction_reference') }} as transaction_reference,
        {{ to_text('remittance_text') }} as remittance_text,
        {{ to_text('structured_reference') }} as structured_reference,
        {{ to_text('counterparty_name') }} as counterparty_name,
        {{ to_text('counterparty_iban') }} as counterparty_iban,
        {{ to_text('return_reason') }} as return_reason,
        {{ to_text('currency') }} as currency,
        cast(amount as decimal(38, 4)) as amount,
        {{ to_text('instructed_currency') }} as instructed_currency,
        cast(instructed_amount as decimal(38, 4)) as instructed_amount,
        cast(exchange_rate as decimal(18, 10)) as exchange_rate,
        cast(charges_amount as decimal(38, 4)) as charges_amount,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from ranked
    where statement_rank = 1
)

select * from renamed
