"""What must hold of a batch before anyone reads it: Great Expectations suites and their plumbing.

One module per audited relation in ``suites/``; listing them costs nothing, Great Expectations is
imported when one runs (``warehouse.run_suite``).
"""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass

from expectations import suites as _suites


@dataclass(frozen=True)
class Suite:
    """``module`` names the file in ``expectations/suites``, ``relation`` the audited schema.table."""

    module: str
    relation: str
    owner: str


def suites() -> Mapping[str, Suite]:
    """Every suite, by the relation it audits."""
    found = {}
    for entry in pkgutil.iter_modules(_suites.__path__):
        module = importlib.import_module(f"{_suites.__name__}.{entry.name}")
        found[module.RELATION] = Suite(entry.name, module.RELATION, module.OWNER)
    return found
