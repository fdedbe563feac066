{# Shares of an amount. #}

{# part / whole of an amount, rounded once to 4 places. Where shares must add up to the whole, take the
   difference of two running ones: the last running share is the whole, so nothing is left over. #}
{% macro prorate(amount, part, whole) -%}
    {%- set parts = 'cast(' ~ part ~ ' as decimal(18, 10))' -%}
    {%- set wholes = 'cast(' ~ whole ~ ' as decimal(18, 10))' -%}
    {{ convert(amount, divide_rates(parts, wholes)) }}
{%- endmacro %}
