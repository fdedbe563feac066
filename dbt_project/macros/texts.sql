{# The engine's own word for text: `text` on DuckDB and Postgres, `string` on Spark. #}
{% macro to_text(expression) -%}
    cast({{ expression }} as {{ dbt.type_string() }})
{%- endmacro %}

{# The language of a locale: 'de' of 'de-DE' and of 'de_DE'. #}
{% macro language_of(locale) -%}
    lower(split_part(replace({{ to_text(locale) }}, '_', '-'), '-', 1))
{%- endmacro %}
