{# All arithmetic on money that is more than a sum lives here. #}

{% macro to_amount(expression) -%}
    cast({{ expression }} as decimal(38, 4))
{%- endmacro %}

{% macro to_rate(expression) -%}
    cast({{ expression }} as decimal(18, 10))
{%- endmacro %}

{# An amount in minor units (cents, yen, fils) to major ones, exactly: no division, so no double.
   `exponent` is the seed currencies'; a currency it doesn't know gives null, and a test fails. #}
{% macro from_minor_units(minor, exponent) -%}
    cast(
            cast({{ minor }} as decimal(19, 0))
            * case {{ exponent }}
                when 0 then cast(1 as decimal(5, 4))
                when 2 then cast(0.01 as decimal(5, 4))
                when 3 then cast(0.001 as decimal(5, 4))
                when 4 then cast(0.0001 as decimal(5, 4))
            end as decimal(38, 4)
        )
{%- endmacro %}

{# amount x rate, rounded once, half away from zero, to 4 places. decimal(18,4) x decimal(18,10)
   overflows at 1,000,000 x 1.2, so both sides are widened first: 20 + 17 + 1 digits are the most
   whose product is exact on DuckDB and Spark (amounts below 10^16, rates below 10^7). #}
{% macro convert(amount, rate) -%}
    cast(round(cast({{ amount }} as decimal(20, 4)) * cast({{ rate }} as decimal(17, 10)), 4) as decimal(38, 4))
{%- endmacro %}

{# numerator / denominator for rates, rounded half up to 10 places. Decimal division is a double on
   DuckDB and a different scale elsewhere, so the engine's quotient is only a first guess: the exact
   rest that it leaves moves it by one unit in the last place where it must. #}
{% macro divide_rates(numerator, denominator) -%}
    {%- set guess = "cast(" ~ numerator ~ " / " ~ denominator ~ " as decimal(18, 10))" -%}
    {%- set rest -%}
        (cast({{ numerator }} as decimal(36, 20)) - {{ guess }} * cast({{ denominator }} as decimal(18, 10)))
    {%- endset -%}
    {%- set half_a_unit = "cast(" ~ denominator ~ " as decimal(18, 10)) * cast(0.00000000005 as decimal(12, 11))" -%}
    cast(
            case
                when {{ rest }} >= {{ half_a_unit }} then {{ guess }} + cast(0.0000000001 as decimal(12, 10))
                when {{ rest }} < -({{ half_a_unit }}) then {{ guess }} - cast(0.0000000001 as decimal(12, 10))
                else {{ guess }}
            end as decimal(18, 10)
        )
{%- endmacro %}

{# What treasury's approval of a rate is worth: one by the rate's own author, or of a rate whose author nobody knows,
   is none. Null columns make the comparison null, so it is spelled out. #}
{% macro approval_status() -%}
    case
            when status = 'approved' and author is not null and approved_by is not null and author <> approved_by
                then 'approved'
            else 'provisional'
        end
{%- endmacro %}
