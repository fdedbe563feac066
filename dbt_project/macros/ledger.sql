{# What each revenue column sums, once: the kinds of ledger rows and the sign that makes it positive. #}
{% macro revenue_components() -%}
    {{ return([
        {'name': 'gross_sales_amount', 'kinds': ['sale'], 'sign': ''},
        {'name': 'discounts_amount', 'kinds': ['discount'], 'sign': '-'},
        {'name': 'returns_amount', 'kinds': ['return'], 'sign': '-'},
        {'name': 'net_sales_amount', 'kinds': ['sale', 'discount', 'return'], 'sign': ''},
        {'name': 'shipping_amount', 'kinds': ['shipping'], 'sign': ''},
        {'name': 'duties_amount', 'kinds': ['duty'], 'sign': ''},
        {'name': 'fees_amount', 'kinds': ['fee'], 'sign': ''},
        {'name': 'tax_amount', 'kinds': ['tax'], 'sign': ''},
        {
            'name': 'total_sales_amount',
            'kinds': ['sale', 'discount', 'return', 'shipping', 'duty', 'fee', 'tax'],
            'sign': '',
        },
        {'name': 'tips_amount', 'kinds': ['tip'], 'sign': ''},
        {'name': 'gift_cards_sold_amount', 'kinds': ['gift_card_sold'], 'sign': ''},
        {'name': 'rounding_amount', 'kinds': ['rounding'], 'sign': ''},
        {'name': 'adjustments_amount', 'kinds': ['adjustment'], 'sign': ''},
        {
            'name': 'amount_due',
            'kinds': [
                'sale', 'discount', 'return', 'shipping', 'duty', 'fee', 'tax', 'tip', 'gift_card_sold',
                'rounding', 'adjustment',
            ],
            'sign': '',
        },
    ]) }}
{%- endmacro %}

{% macro of_kinds(kinds) -%}
    kind in ('{{ kinds | join("', '") }}')
{%- endmacro %}

{# Every component of the grouped ledger rows, native and in group money. `strict`: a group amount is
   null as soon as one of its rows has no rate; else it sums what converts, beside a coverage. #}
{% macro sum_revenue(strict=true) -%}
    {%- for component in revenue_components() %}
        {%- set rows = of_kinds(component.kinds) %}
        {{ component.sign }}coalesce(sum(case when {{ rows }} then amount end), 0) as {{ component.name }},
        {% if strict -%}
            case
            when sum(case when {{ rows }} and amount_group is null then 1 else 0 end) = 0
                then {{ component.sign }}coalesce(sum(case when {{ rows }} then amount_group end), 0)
        end as {{ component.name }}_group,
        {%- else -%}
            {{ component.sign }}coalesce(sum(case when {{ rows }} then amount_group end), 0) as {{ component.name }}_group,
        {%- endif %}
    {%- endfor %}
        coalesce(sum(case when kind = 'fx_difference' then amount_group end), 0) as fx_difference_amount_group,
        sum(case when kind <> 'fx_difference' then 1 else 0 end) as ledger_rows_count,
        sum(case when kind <> 'fx_difference' and amount_group is not null then 1 else 0 end)
            as converted_rows_count
{%- endmacro %}

{# The same components of a joined summary, with 0 where nothing was booked (a test order, say): a
   group amount stays null where rows exist that have no rate. #}
{% macro revenue_or_zero(summary) -%}
    {%- for component in revenue_components() %}
        cast(coalesce({{ summary }}.{{ component.name }}, 0) as decimal(38, 4)) as {{ component.name }},
        cast(
            case when {{ summary }}.ledger_rows_count is null then 0 else {{ summary }}.{{ component.name }}_group end
            as decimal(38, 4)
        ) as {{ component.name }}_group{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
