"""The one file that knows how Great Expectations reads the warehouse; what is asked is in ``suites/``.

GX 1.24 gives a DuckDB connection back before it has fetched, unless the dialect is in a private tuple
of its own: ``_keep_connection`` is the one place that reaches it, and GX is pinned exactly for it.
"""

import atexit
import importlib
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from expectations.results import AuditResult, in_words, rows_in_words

# What earlier runs observed, for rules about movement. The first run has none.
_EARLIER = """
    create or replace temp view earlier_audits as
    select relation, audit, observed, checked_at, passed {source}
"""
_NO_EARLIER = """from (select '' as relation, '' as audit, '' as observed,
    cast(null as timestamp) as checked_at, false as passed) where false"""
_FAULT = "Fault of the audit, not of the data: "


def run_suite(warehouse_path: Path | str, module_name: str) -> list[AuditResult]:
    """Ask one suite of the warehouse. Reads only, and leaves the file closed."""
    return dict(run_suites(warehouse_path, [module_name]))[module_name]


def run_suites(
    warehouse_path: Path | str, module_names: Iterable[str]
) -> Iterator[tuple[str, list[AuditResult]]]:
    """Ask several, each answer as it comes: opening the warehouse takes longer than what most suites ask.

    The file is closed once the last answer was taken.
    """
    modules = {
        name: importlib.import_module(f"expectations.suites.{name}") for name in module_names
    }
    _quiet()
    try:
        with _opened(Path(warehouse_path)) as (source, engine):
            while modules:
                name = next(iter(modules))
                answers = _results(source, engine, name, modules[name])
                del modules[name]
                yield name, answers
    except _faults() as error:
        for name, module in modules.items():
            yield name, [_broken(module, asked, str(error)) for asked in module.suite()]


def _results(source: Any, engine: Any, name: str, module: Any) -> list[AuditResult]:
    expectations = module.suite()
    schema, table = module.RELATION.split(".")
    try:
        asset = source.add_table_asset(name=module.RELATION, schema_name=schema, table_name=table)
        batch = asset.add_batch_definition_whole_table(module.RELATION).get_batch()
        return [_result(module, answer, engine) for answer in _answers(batch, name, expectations)]
    except _faults() as error:
        return [_broken(module, expectation, str(error)) for expectation in expectations]


def _answers(batch: Any, name: str, expectations: Iterable[Any]) -> list[Any]:
    import great_expectations as gx

    suite = gx.ExpectationSuite(name=name, expectations=list(expectations))
    answers = batch.validate(suite, result_format="COMPLETE").results
    return sorted(answers, key=lambda answer: answer.expectation_config.meta["audit"])


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, Any]]:
    """Open the warehouse for reading; close it again whatever happens: a reader blocks the writer."""
    import great_expectations as gx

    _keep_connection()
    atexit.unregister(_release_binding)
    atexit.register(_release_binding)
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(enable=False)
    context.variables.progress_bars = _no_progress_bars()
    source = context.data_sources.add_sql(
        name="warehouse",
        connection_string=f"duckdb:///{path}",
        kwargs={"connect_args": {"read_only": True}},  # pyright: ignore[reportCallIssue]
    )
    engine = source.get_execution_engine()
    # Each statement by itself: a rule that breaks would abort a transaction, and with it all later rules.
    engine.engine.dialect.do_begin = lambda _connection: None
    try:
        _show_earlier_audits(engine)
        yield source, engine
    finally:
        engine.close()
        source.get_engine().dispose()


def _keep_connection() -> None:
    from great_expectations.execution_engine import sqlalchemy_execution_engine as gx_engine

    kept = gx_engine._PERSISTED_CONNECTION_DIALECTS  # noqa: SLF001 -- no public way, see module docstring
    if "duckdb" not in kept:
        gx_engine._PERSISTED_CONNECTION_DIALECTS = (*kept, _Dialect("duckdb"))  # noqa: SLF001


class _Dialect(str):
    """A dialect's name that GX can compare as one of its own: by ``value``."""

    __slots__ = ()

    @property
    def value(self) -> str:
        return str(self)


def _release_binding() -> None:
    """Let go of DuckDB before Python ends: GX outlives it, and the binding would print a page of leaks."""
    engine = sys.modules.get("duckdb_engine")
    if engine:
        vars(engine).clear()


def _quiet() -> None:
    """No usage statistics leave the house; set before Great Expectations is imported."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")


def _no_progress_bars() -> Any:
    from great_expectations.data_context.types.base import ProgressBarsConfig

    return ProgressBarsConfig(globally=False)


def _faults() -> tuple[type[Exception], ...]:
    from great_expectations.datasource.fluent.interfaces import TestConnectionError
    from great_expectations.exceptions.exceptions import GreatExpectationsError
    from sqlalchemy.exc import SQLAlchemyError

    return (GreatExpectationsError, TestConnectionError, SQLAlchemyError)


def _show_earlier_audits(engine: Any) -> None:
    import sqlalchemy

    with engine.get_connection() as connection:
        kept = connection.execute(
            sqlalchemy.text(
                "select 1 from information_schema.tables"
                " where table_schema = 'audit' and table_name = 'audit_results'"
            )
        ).fetchone()
        source = "from audit.audit_results" if kept else _NO_EARLIER
        connection.execute(sqlalchemy.text(_EARLIER.format(source=source)))


def _result(module: Any, answer: Any, engine: Any) -> AuditResult:
    configuration = answer.expectation_config
    fault = _fault(answer.exception_info)
    if fault:
        return _broken(module, configuration, fault)
    if not answer.success:
        rows = answer.result.get("details", {}).get("unexpected_rows", [])
        observed = rows_in_words(rows, answer.result["observed_value"])
        return _told(module, configuration, observed=observed, passed=False)
    try:
        observed = _measure(engine, configuration.meta["measure"]) or "nothing found"
    except _faults() as error:
        return _broken(module, configuration, str(error))
    return _told(module, configuration, observed=observed, passed=True)


def _measure(engine: Any, sql: str | None) -> str | None:
    """Fetch the figure a rule is about, so that a passed audit says more than that it passed."""
    import sqlalchemy

    if not sql:
        return None
    with engine.get_connection() as connection:
        row = connection.execute(sqlalchemy.text(sql)).fetchone()
    return in_words(row[0]) if row else None


def _fault(information: dict[str, Any] | None) -> str | None:
    """Find what broke: GX reports one exception, or one per metric, each with a traceback inside."""
    entries = (information or {}).values()
    nested = [entry for entry in entries if isinstance(entry, dict)] or [information or {}]
    broken = [entry for entry in nested if entry.get("raised_exception")]
    return str(broken[0].get("exception_message")) if broken else None


def _broken(module: Any, configuration: Any, fault: str) -> AuditResult:
    reason = " ".join(fault.split())[:500]
    return _told(module, configuration, observed="no answer", passed=False, fault=reason)


def _told(
    module: Any, configuration: Any, *, observed: str, passed: bool, fault: str | None = None
) -> AuditResult:
    meta = configuration.meta
    why = f"{configuration.notes} Next: {meta['next_step']}"
    return AuditResult(
        audit=meta["audit"],
        relation=module.RELATION,
        severity=configuration.severity.value,
        passed=passed,
        errored=fault is not None,
        observed=observed,
        expected=meta["expected"],
        owner=meta["owner"] or module.OWNER,
        message=f"{_FAULT}{fault}" if fault else why,
        notes=configuration.notes,
    )
