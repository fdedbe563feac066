{# The official date of a UTC moment: the calendar day in the account's own zone. #}
{% macro local_date(moment, zone) -%}
    {{ return(adapter.dispatch('local_date', 'concord')(moment, zone)) }}
{%- endmacro %}

{% macro default__local_date(moment, zone) -%}
    cast(timezone({{ zone }}, timezone('UTC', {{ moment }})) as date)
{%- endmacro %}

{% macro spark__local_date(moment, zone) -%}
    cast(from_utc_timestamp({{ moment }}, {{ zone }}) as date)
{%- endmacro %}

{% macro first_of_month(day) -%}
    cast({{ dbt.date_trunc('month', day) }} as date)
{%- endmacro %}

{% macro days_after(day, days) -%}
    cast({{ dbt.dateadd('day', days, day) }} as date)
{%- endmacro %}

{% macro days_between(first_day, last_day) -%}
    cast({{ dbt.datediff(first_day, last_day, 'day') }} as bigint)
{%- endmacro %}
