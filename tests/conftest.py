"""Who runs where, when tests run on several workers: ``make test`` and ``make soak`` say ``--dist loadgroup``."""

import pytest

BUILT_ONCE = "warehouse"  # a fixture that takes a minute to build, for all who look at it


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's tests stay together; files that share a built warehouse do too, and come first: they take longest."""
    sharing = {
        item.path
        for item in items
        if BUILT_ONCE in _fixtures(item) and "end_to_end" in item.path.parts
    }
    for item in items:
        group = BUILT_ONCE if item.path in sharing else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: item.path not in sharing)


def _fixtures(item: pytest.Item) -> list[str]:
    return getattr(item, "fixturenames", [])
