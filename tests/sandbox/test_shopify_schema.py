"""The served schema and the world's tables fit each other, and the world's values fit the schema."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from graphql import build_schema, get_named_type, is_abstract_type

from sandbox.shopify.schema import (
    SDL,
    SOLE_TYPES,
    TABLES,
    fields_of,
    is_connection,
    node_type,
    once,
    served,
)
from sandbox.world.tables import COLUMNS


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_served_field_of_a_table_is_a_column_or_a_child_table(name: str):
    kind = served().type_map[name]
    types = served().get_possible_types(kind) if is_abstract_type(kind) else [kind]  # type: ignore[arg-type]
    for one in types:
        for field, definition in fields_of(one).items():
            inner = get_named_type(definition.type)
            if is_connection(inner):
                assert node_type(inner).name in TABLES, f"{one.name}.{field}"
            elif one.name in {name, SOLE_TYPES.get(name, one.name)}:
                assert field in COLUMNS[TABLES[name]], f"{one.name}.{field}"


def test_every_column_is_served():
    for table, columns in COLUMNS.items():
        kind = served().type_map[table]
        types = served().get_possible_types(kind) if is_abstract_type(kind) else [kind]  # type: ignore[arg-type]
        fields = {field for one in types for field in fields_of(one)}
        assert set(columns) - {"__typename"} <= fields, table


def test_threads_that_ask_first_at_once_get_the_same_schema():
    schema = once(lambda: build_schema(SDL.read_text(encoding="utf-8")))
    together = Barrier(4)

    def ask(_: int) -> int:
        together.wait()
        return id(schema())

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(ask, range(4)))) == 1
