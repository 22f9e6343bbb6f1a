"""The columns of the ledger, for polars."""

import polars as pl

TEXTS = ["task_id", "lead_unit", "co_units", "principal", "deputy", "level"]
DATES = ["assigned_on", "due_on", "completed_on", "feedback_on"]
NUMBERS = ["target", "actual", "quality"]
SCHEMA = {name: pl.String for name in TEXTS} | {name: pl.Date for name in DATES} | {name: pl.Float64 for name in NUMBERS}


def scan(path: str) -> pl.LazyFrame:
    return pl.scan_parquet(path) if path.endswith(".parquet") else pl.scan_csv(path, schema=SCHEMA)
