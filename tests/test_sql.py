"""The promises of the SQL models: portable syntax, a true header, and one meaning for every number that is reported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
import yaml
from sqlglot import exp

from tests.reference.warehouses import memory_warehouse
from warehouse.models import OF_STORED_ROWS, ROOT, Model, load_models

MODELS = load_models()
RANKED = ("order_event.sql", "refund_told.sql")
REPORTS = [model for model in MODELS if model.schema == "reports"]
# What DuckDB and Spark both have, with one meaning. Not here because they differ or are missing: percentile_disc, bare lower/upper
# of other than ASCII, exp, list, struct, map, lambda, qualify, asof, group by all, select *, `::`.
# `//` is whole-number division, Spark's DIV.
STRUCTURE = {
    *(
        exp.Select,
        exp.From,
        exp.Join,
        exp.Where,
        exp.Group,
        exp.Having,
        exp.Order,
        exp.Ordered,
        exp.With,
        exp.CTE,
        exp.Union,
        exp.Distinct,
        exp.Table,
    ),
    *(exp.TableAlias, exp.Alias, exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Star, exp.Paren, exp.Tuple, exp.Var),
    *(exp.Case, exp.If, exp.Cast, exp.DataType, exp.DataTypeParam, exp.Window, exp.Filter),
}
OPERATORS = {
    *(exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE),
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.DPipe),
}
FUNCTIONS = {
    *(exp.Sum, exp.Count, exp.Min, exp.Max, exp.RowNumber, exp.Lag, exp.Lead, exp.Coalesce, exp.Nullif, exp.Abs, exp.Sign, exp.Sqrt),
    *(exp.Substring, exp.Upper, exp.Replace, exp.TimestampTrunc, exp.GroupConcat, exp.SplitPart, exp.SHA2),
}
TYPES = {"BIGINT", "VARCHAR", "TEXT", "DATE", "TIMESTAMP", "TIMESTAMPNTZ", "DOUBLE", "BOOLEAN", "DECIMAL"}


def named(models: list[Model] | tuple[Model, ...]) -> Any:
    return pytest.mark.parametrize("model", models, ids=lambda model: model.name)


def refused(sql: str) -> set[str]:
    """What of a statement is outside the portable subset."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    found = {type(node).__name__ for node in tree.walk() if type(node) not in STRUCTURE | OPERATORS | FUNCTIONS and not is_of_scope(node)}
    found |= {f"type {node.this.value}" for node in tree.find_all(exp.DataType) if node.this.value not in TYPES}
    found |= {"select *" for node in tree.find_all(exp.Star) if not isinstance(node.parent, exp.Count)}
    found |= {"group by all" for node in tree.find_all(exp.Group) if node.args.get("all")}
    found |= {f"{node.args['method']} join" for node in tree.find_all(exp.Join) if node.args.get("method")}
    code = "\n".join(line.split("--", 1)[0] for line in sql.splitlines())
    return found | {mark for mark in ("::", '"', "qualify", ";") if mark in code}


def is_of_scope(node: exp.Expr) -> bool:
    """`x in (select person_key from scope_person)`, by which DuckDB skips rows and which means the same everywhere."""
    is_in = isinstance(node, exp.Subquery) and isinstance(node.parent, exp.In) and not isinstance(node.parent.parent, exp.Not)
    return is_in and all(table.name.startswith("scope_") for table in node.find_all(exp.Table))


@named(MODELS)
def test_models_are_portable(model: Model) -> None:
    assert refused(model.sql) == set()


@pytest.mark.parametrize(
    "sql",
    [
        "select * from staging.orders",
        "select a::bigint as b from t",
        "select a from t qualify row_number() over (order by a) = 1",
        "select a, sum(b) as c from t group by all",
        "select a from t asof join u on t.x >= u.x",
        "select list(a) as b from t",
        "select percentile_disc(0.5) within group (order by a) as b from t",
        "select cast(a as hugeint) as b from t",
        "select now() as b from t",
        "select a from t where b in (select b from u)",
        "select a from t where b not in (select person_key from scope_person)",
    ],
)
def test_what_differs_between_engines_is_refused(sql: str) -> None:
    assert refused(sql)


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with memory_warehouse() as con:
        yield con


def produced(con: duckdb.DuckDBPyConnection, model: Model) -> dict[str, str]:
    return {name: kind for name, kind, *_ in con.execute(f"describe {model.name}").fetchall()}


@named(MODELS)
def test_headers_tell_the_columns_there_are(warehouse: duckdb.DuckDBPyConnection, model: Model) -> None:
    columns = produced(warehouse, model)
    assert set(model.grain) <= set(columns)
    assert set(model.columns) <= set(columns)
    assert model.as_of in ("none", "data_through")
    if model.partition.kind != "full":
        assert columns["shop_id"] == "VARCHAR"
        assert columns[model.partition.column] == "DATE" if model.partition.kind in ("day", "month") else "VARCHAR"
    if model.schema == "reports":
        assert list(model.columns) == list(columns)
        assert all(meaning.endswith(".") for meaning in model.columns.values())


@named(MODELS)
def test_rules_name_columns_of_their_input(warehouse: duckdb.DuckDBPyConnection, model: Model) -> None:
    for each in model.inputs:
        columns = {name for name, *_ in warehouse.execute(f"describe {each.name}").fetchall()}
        is_own = each.rule in ("stored", "within")
        named = {each.linked or each.column, each.until} if is_own else {each.column or "shop_id", each.linked}
        assert each.rule == "full" or named - {""} <= columns
        # a rule's keys are the model's partitions
        others = {("window", "day"), ("component", "person"), *((rule, model.partition.kind) for rule in OF_STORED_ROWS)}
        assert each.rule == model.partition.kind or (each.rule, model.partition.kind) in others
        assert not is_own or each.column in produced(warehouse, model)


@named(MODELS)
def test_every_model_is_checked(model: Model) -> None:
    assert any(check.name == "not_null" and check.severity == "fail" for check in model.checks)


@named(MODELS)
def test_every_header_says_why_its_rules_are_enough(model: Model) -> None:
    words = "rule is" if len(model.inputs) == 1 else "rules are"
    header = model.sql.partition("\n\n")[0].splitlines()
    [told] = [line for line in header if line.startswith(("-- The rule is enough", "-- The rules are enough", "-- why:", "-- refresh:"))]
    assert told.startswith(f"-- The {words} enough: ")
    assert len(told) > 50


@named(MODELS)
def test_every_model_is_read(model: Model) -> None:
    read = {each.name for other in MODELS for each in other.inputs}
    assert model.schema == "reports" or model.name in read, "nothing reads it"


def metrics() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "metrics.yml").read_text(encoding="utf-8"))


def test_each_metric_is_told_once_and_in_two_languages(warehouse: duckdb.DuckDBPyConnection) -> None:
    names = [line.partition(":")[0] for line in (ROOT / "metrics.yml").read_text(encoding="utf-8").splitlines() if line[:1].isalpha()]
    assert names == list(metrics())
    told = [column for metric in metrics().values() for column in metric["columns"]]
    assert len(told) == len(set(told))
    columns = {f"{model.table}.{name}" for model in REPORTS for name in produced(warehouse, model)}
    assert set(told) <= columns
    for name, metric in metrics().items():
        assert list(metric) == ["label", "unit", "formula", "grain", "columns", "meaning"], name
        for text in (metric["label"], metric["meaning"]):
            assert list(text) == ["en", "de"], name
            assert all(text.values()), name


@named(REPORTS)
def test_every_reported_number_is_a_metric(warehouse: duckdb.DuckDBPyConnection, model: Model) -> None:
    told = {column.partition(".")[2] for metric in metrics().values() for column in metric["columns"]}
    numbers = {name for name, kind in produced(warehouse, model).items() if kind in ("BIGINT", "DOUBLE")}
    assert {name for name in numbers - told if not name.endswith(("_rate_low", "_rate_high"))} == set()


def test_golden_cases_name_models() -> None:
    folders = {path.name for path in (Path(__file__).parent / "golden").iterdir() if path.is_dir() and "." in path.name}
    assert folders <= {model.name for model in MODELS}


def test_orders_and_refunds_rank_their_sources_alike() -> None:
    """The rank stands in both tables, because a table of sources would have no partition to be refreshed by."""
    found = [re.search(r"case\n.*?end as source_rank", (ROOT / "staging" / name).read_text(), re.DOTALL) for name in RANKED]
    ranks = [rank.group() for rank in found if rank]
    assert len(ranks) == 2
    assert ranks[0] == ranks[1]
