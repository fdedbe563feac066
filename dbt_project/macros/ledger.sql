{# The revenue family, once: which kind of ledger row each component sums, with the sign that makes it
   positive, and which components each total adds and takes off. #}
{% macro revenue_components() -%}
    {{ return([
        ('gross_sales_amount', 'sale', ''),
        ('discounts_amount', 'discount', '-'),
        ('returns_amount', 'return', '-'),
        ('shipping_amount', 'shipping', ''),
        ('duties_amount', 'duty', ''),
        ('fees_amount', 'fee', ''),
        ('tax_amount', 'tax', ''),
        ('tips_amount', 'tip', ''),
        ('gift_cards_sold_amount', 'gift_card_sold', ''),
        ('rounding_amount', 'rounding', ''),
        ('adjustments_amount', 'adjustment', ''),
    ]) }}
{%- endmacro %}

{% macro revenue_totals() -%}
    {%- set net = 'gross_sales_amount - discounts_amount - returns_amount' %}
    {%- set total = net ~ ' + shipping_amount + duties_amount + fees_amount + tax_amount' %}
    {%- set outside = ' + tips_amount + gift_cards_sold_amount + rounding_amount + adjustments_amount' %}
    {{ return([
        ('net_sales_amount', net),
        ('total_sales_amount', total),
        ('amount_due', total ~ outside),
    ]) }}
{%- endmacro %}

{# The components of the grouped ledger rows, native and in group money. `strict`: a group amount is
   null as soon as one of its rows has no rate; else it sums what converts, beside a coverage. #}
{% macro sum_revenue(strict=true) -%}
    {%- for name, kind, sign in revenue_components() %}
        {{ sign }}coalesce(sum(case when kind = '{{ kind }}' then amount end), 0) as {{ name }},
        {% if strict -%}
            case
            when sum(case when kind = '{{ kind }}' and amount_group is null then 1 else 0 end) = 0
                then {{ sign }}coalesce(sum(case when kind = '{{ kind }}' then amount_group end), 0)
        end as {{ name }}_group,
        {%- else -%}
            {{ sign }}coalesce(sum(case when kind = '{{ kind }}' then amount_group end), 0) as {{ name }}_group,
        {%- endif %}
    {%- endfor %}
        coalesce(sum(case when kind = 'fx_difference' then amount_group end), 0) as fx_difference_amount_group,
        sum(case when kind <> 'fx_difference' then 1 else 0 end) as ledger_rows_count,
        sum(case when kind <> 'fx_difference' and amount_group is not null then 1 else 0 end)
            as converted_rows_count
{%- endmacro %}

{# The totals over summed components; a total with a part that is null is null. #}
{% macro total_revenue() -%}
    {%- for name, formula in revenue_totals() %}
        {{ formula }} as {{ name }},
        {{ formula | replace('_amount', '_amount_group') }} as {{ name }}_group{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The whole family of a joined summary, with 0 where nothing was booked (a test order, say); a group
   amount stays null where rows exist that have no rate. #}
{% macro revenue_or_zero(summary) -%}
    {%- for entry in revenue_components() + revenue_totals() %}
        cast(coalesce({{ summary }}.{{ entry[0] }}, 0) as decimal(38, 4)) as {{ entry[0] }},
        cast(
            case when {{ summary }}.ledger_rows_count is null then 0 else {{ summary }}.{{ entry[0] }}_group end
            as decimal(38, 4)
        ) as {{ entry[0] }}_group{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
