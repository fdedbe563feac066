{# Generic tests of shape: keys of several columns, parents, arithmetic. All keep `account` in sight:
   a key or a join without it mixes two shops' ids (a lint insists). #}

{# One row per key, and no part of it null unless the source leaves it out. One test instead of one
   for each column: three hundred small tests took longer than the models. #}
{% test unique_key(model, columns, nullable=[]) %}
    select
        {{ columns | join(', ') }},
        count(*) as copies
    from {{ model }}
    group by {{ columns | join(', ') }}
    having
        count(*) > 1
        {%- for column in columns if column not in nullable %}
            or {{ column }} is null
        {%- endfor %}
{% endtest %}

{# `model` in a CTE of its own: with a `where` in the test's config dbt gives it an alias already. #}
{% test belongs_to(model, parent, columns) %}
    with children as (select * from {{ model }})

    select distinct
        {% for column in columns -%}
            children.{{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from children
    left join {{ parent }} as parents
        on
            {% for column in columns -%}
                children.{{ column }} = parents.{{ column }}{{ ' and' if not loop.last }}
            {% endfor -%}
    where
        children.{{ columns | last }} is not null
        and parents.{{ columns | last }} is null
{% endtest %}

{% test components_add_up(model, total, plus, minus=[]) %}
    select *
    from {{ model }}
    where
        {{ total }}
        <> {{ plus | join(' + ') }}{% for column in minus %} - {{ column }}{% endfor %}
        or {{ total }}_group
        <> {{ plus | join('_group + ') }}_group{% for column in minus %} - {{ column }}_group{% endfor %}
{% endtest %}

{% test given_together(model, columns) %}
    select *
    from {{ model }}
    where
        not (
            ({{ columns | join(' is null and ') }} is null)
            or ({{ columns | join(' is not null and ') }} is not null)
        )
{% endtest %}

{% test amounts_add_up(model, total, plus, minus=[]) %}
    select *
    from {{ model }}
    where {{ total }} <> {{ plus | join(' + ') }}{% for column in minus %} - {{ column }}{% endfor %}
{% endtest %}

{# To the minor unit: what a whole says of itself is the sum of its parts, over all of `columns`. #}
{% test equals_its_parts(model, total, parts, part, columns, parts_where='true') %}
    with wholes as (select * from {{ model }}),

    summed as (
        select
            {{ columns | join(', ') }},
            sum({{ part }}) as total
        from {{ parts }}
        where {{ parts_where }}
        group by {{ columns | join(', ') }}
    )

    select
        {% for column in columns -%}
            wholes.{{ column }},
        {% endfor -%}
        wholes.{{ total }} as said,
        summed.total as found
    from wholes
    left join summed
        on
            {% for column in columns -%}
                wholes.{{ column }} = summed.{{ column }}{{ ' and' if not loop.last }}
            {% endfor -%}
    where coalesce(wholes.{{ total }} <> summed.total, true)
{% endtest %}
