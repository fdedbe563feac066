"""Vendors to ``raw_<system>``: knows dlt and HTTP, and nothing of dagster or dbt.

Importing this package, or any module of it, needs no network, no secret and no warehouse.
"""

import importlib
import pkgutil
from types import ModuleType

import ingestion.sources


def systems() -> tuple[str, ...]:
    """Every system there is a source for: the modules of ``ingestion/sources``, nothing else."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(ingestion.sources.__path__)))


def source_of(system: str) -> ModuleType:
    """A system's home: its ``TABLES`` and its ``extract``; how far each stream reads back (``OVERLAPS``);
    how it is swept (``SWEPT`` and ``sweep``) or why it isn't (``NO_SWEEP``), why it takes no range of
    days (``NO_WINDOW``) or which of its streams don't (``WITHOUT_WINDOW``).
    """
    return importlib.import_module(f"ingestion.sources.{system}")
