-- Lines of bank statements that are booked: an entry, or each of the transactions that it stands
-- for when the bank lists two or more. Who pays is the provider that the line names, if any.
with

entries as (
    select * from {{ ref('stg_bank__entries') }}
    where is_booked
),

details as (
    select
        details.*,
        count(*) over (partition by details.account, details.entry_id) as details_count
    from {{ ref('stg_bank__entry_details') }} as details
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

payers as (
    select * from {{ ref('bank_payers') }}
),

lines as (
    select
        entries.system,
        entries.account,
        entries.entry_id,
        case
            when coalesce(details.details_count, 1) = 1 then entries.entry_id
            else entries.entry_id || '/' || {{ to_text('details.position') }}
        end as line_id,
        entries.iban,
        case when details.details_count > 1 then details.currency else entries.currency end
            as currency,
        case when details.details_count > 1 then details.amount else entries.amount end as amount,
        details.instructed_amount,
        details.instructed_currency,
        entries.booked_date,
        entries.is_reversal,
        entries.transaction_code,
        entries.servicer_reference,
        coalesce(details.end_to_end_id, entries.end_to_end_id, '') as end_to_end_id,
        coalesce(details.remittance_text, entries.remittance_text, '') as remittance_text,
        coalesce(details.counterparty_name, entries.counterparty_name, '') as counterparty_name,
        coalesce(details.counterparty_iban, entries.counterparty_iban) as counterparty_iban
    from entries
    left join details
        on
            entries.account = details.account
            and entries.entry_id = details.entry_id
),

texts as (
    select
        lines.*,
        lower(lines.counterparty_name || ' ' || lines.remittance_text) as said_text
    from lines
),

named as (
    select
        texts.account,
        texts.line_id,
        min(payers.system) as psp_system
    from texts
    inner join payers on texts.said_text like '%' || payers.pattern || '%'
    group by texts.account, texts.line_id
),

told as (
    select
        texts.system,
        texts.account,
        accounts.legal_entity,
        texts.line_id,
        texts.entry_id,
        texts.iban,
        texts.currency,
        texts.amount,
        -- What was sent, where the bank changed it into its own currency: told without a sign.
        case
            when texts.amount < 0 then -abs(texts.instructed_amount)
            else abs(texts.instructed_amount)
        end as instructed_amount,
        texts.instructed_currency,
        texts.booked_date,
        cast(texts.booked_date as timestamp) as occurred_at,
        texts.is_reversal,
        texts.transaction_code,
        texts.end_to_end_id,
        texts.remittance_text,
        texts.counterparty_iban,
        named.psp_system,
        row_number() over (
            partition by
                texts.account,
                texts.iban,
                texts.currency,
                texts.booked_date,
                texts.amount,
                texts.end_to_end_id,
                texts.remittance_text,
                texts.counterparty_name,
                texts.servicer_reference
            order by texts.line_id asc nulls last
        ) > 1 and texts.servicer_reference is not null as is_duplicate_record
    from texts
    left join named
        on
            texts.account = named.account
            and texts.line_id = named.line_id
    left join accounts
        on
            texts.system = accounts.system
            and texts.account = accounts.account
)

select * from told
