{# How two sides of a leg find each other. A pass pairs what shares a key, the first by time with the first,
   the second with the second, so that nothing is linked twice and no pair is compared with every other. #}

{# Pairs of `left` and `right` by `keys` (column of left: column of right); `order` breaks ties on each side. #}
{% macro pair_by(left, right, keys, left_order, right_order) -%}
    (
            select
                {{ left }}.*,
                row_number() over (
                    partition by {{ left }}.{{ keys.keys() | join(', ' ~ left ~ '.') }}
                    order by {{ left }}.occurred_at asc nulls last, {{ left }}.{{ left_order }} asc nulls last
                ) as turn
            from {{ left }}
        ) as lefts
        inner join (
            select
                {{ right }}.*,
                row_number() over (
                    partition by {{ right }}.{{ keys.values() | join(', ' ~ right ~ '.') }}
                    order by {{ right }}.occurred_at asc nulls last, {{ right }}.{{ right_order }} asc nulls last
                ) as turn
            from {{ right }}
        ) as rights
            on
                lefts.turn = rights.turn
                {%- for ours, theirs in keys.items() %}
                    and lefts.{{ ours }} = rights.{{ theirs }}
                {%- endfor %}
{%- endmacro %}

{# The link of a transaction of a shop with an entry of a provider, as every pass of order_psp gives it. #}
{% macro order_psp_link(key, confidence) -%}
    select
        lefts.account,
        lefts.transaction_id,
        rights.system as psp_system,
        rights.account as psp_account,
        rights.entry_id,
        {{ dbt.string_literal(key) }} as link_key,
        cast({{ confidence }} as decimal(3, 2)) as confidence
{%- endmacro %}

{# Transactions, and entries, that a pass has not linked. #}
{% macro unlinked_transactions(transactions, links) -%}
    select {{ transactions }}.*
    from {{ transactions }}
    left join {{ links }}
        on
            {{ transactions }}.account = {{ links }}.account
            and {{ transactions }}.transaction_id = {{ links }}.transaction_id
    where {{ links }}.transaction_id is null
{%- endmacro %}

{% macro unlinked_entries(entries, links) -%}
    select {{ entries }}.*
    from {{ entries }}
    left join {{ links }}
        on
            {{ entries }}.system = {{ links }}.psp_system
            and {{ entries }}.account = {{ links }}.psp_account
            and {{ entries }}.entry_id = {{ links }}.entry_id
    where {{ links }}.entry_id is null
{%- endmacro %}

{# Days since: an age is counted in calendar days of UTC. #}
{% macro age_in_days(moment, as_of) -%}
    {{ days_between('cast(' ~ moment ~ ' as date)', 'cast(' ~ as_of ~ ' as date)') }}
{%- endmacro %}

{# The tolerance that held when it happened. #}
{% macro tolerance_holds(tolerances, moment) -%}
    cast({{ moment }} as date) >= {{ tolerances }}.valid_from
            and cast({{ moment }} as date) < coalesce({{ tolerances }}.valid_to, cast('9999-12-31' as date))
{%- endmacro %}

{% macro hours_apart(first, second) -%}
    abs({{ dbt.datediff(first, second, 'hour') }})
{%- endmacro %}

{# `sides` of a leg with their age and what is tolerated of it; the model has them as `sides`. #}
{% macro aged_sides(leg, aged_from='occurred_at') -%}
    select
        {{ dbt.string_literal(leg) }} as leg,
        sides.*,
        {{ age_in_days('sides.' ~ aged_from, 'context.as_of') }} as age_days,
        coalesce({{ age_in_days('sides.' ~ aged_from, 'context.as_of') }} > tolerances.days, true) as is_old,
        coalesce(amount_tolerances.tolerance_amount, 0) as tolerance_amount,
        context.as_of
    from sides
    cross join {{ ref('stg_group__run_context') }} as context
    left join {{ ref('reconciliation_tolerances') }} as tolerances
        on
            tolerances.leg = {{ dbt.string_literal(leg) }}
            and sides.psp_system = tolerances.system
            and {{ tolerance_holds('tolerances', 'sides.' ~ aged_from) }}
    left join {{ ref('reconciliation_amount_tolerances') }} as amount_tolerances
        on
            sides.psp_system = amount_tolerances.system
            and sides.currency = amount_tolerances.currency
            and {{ tolerance_holds('amount_tolerances', 'sides.' ~ aged_from) }}
{%- endmacro %}
