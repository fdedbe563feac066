-- The words that a bank line says in its reference and text: a payout or an order is found by its
-- own word, so a look-up replaces a search through every text.
with

lines as (
    select
        account,
        line_id,
        replace(replace(end_to_end_id || ' ' || remittance_text, ',', ' '), ';', ' ') as said_text
    from {{ ref('int_bank_entries__unioned') }}
),

numbers as (
    select * from ({{ numbers() }}) as counted
    where number <= 40
),

split as (
    select distinct
        lines.account,
        lines.line_id,
        split_part(lines.said_text, ' ', numbers.number) as word
    from lines
    inner join numbers
        on numbers.number <= length(lines.said_text) - length(replace(lines.said_text, ' ', '')) + 1
)

select * from split
where word <> ''
