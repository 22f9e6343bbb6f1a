"""Makes a ledger of tasks to compare with: make_ledger.py ROWS OUT, where OUT ends in .csv or .parquet.

13 columns, 2,000 units, 100,000 persons, up to two co units and two persons a task, 5 % of the tasks not done, 30 % not
rated. The same number of rows gives the same ledger."""

import sys

import numpy as np
import polars as pl

UNITS, PERSONS, BLOCK = 2_000, 100_000, 1_000_000


def code(letter: str, numbers: np.ndarray, width: int) -> pl.Series:
    return letter + pl.Series(numbers).cast(pl.String).str.zfill(width)


def block(first: int, rows: int) -> pl.DataFrame:
    """Some rows; each block has random numbers of its own, so that memory does not grow with the ledger."""
    rng = np.random.default_rng([2021, first])
    days = lambda low, high: rng.integers(low, high, rows).astype("timedelta64[D]")
    assigned = np.datetime64("2025-01-01") + days(0, 300)
    due = assigned + days(5, 90)
    target = rng.integers(10, 1000, rows)
    units = lambda: code("U", rng.integers(0, UNITS, rows), 4)
    persons = lambda: code("P", rng.integers(0, PERSONS, rows), 6)
    lead, one, two = units(), units(), units()
    co_count = rng.integers(0, 3, rows)
    frame = pl.DataFrame(
        {
            "task_id": code("T", np.arange(first, first + rows), 9),
            "lead_unit": lead,
            "co_units": pl.select(
                pl.when(pl.lit(pl.Series(co_count)) == 0)
                .then(None)
                .when(pl.lit(pl.Series(co_count)) == 1)
                .then(one)
                .otherwise(pl.concat_str(one, two, separator=";"))
            ).to_series(),
            "principal": persons(),
            "deputy": persons(),
            "level": pl.Series(rng.integers(0, 3, rows)).replace_strict([0, 1, 2], ["major", "key", "routine"]),
            "assigned_on": assigned.astype("datetime64[D]"),
            "due_on": due.astype("datetime64[D]"),
            "completed_on": (due + days(-20, 15)).astype("datetime64[D]"),
            "feedback_on": (assigned + days(5, 50)).astype("datetime64[D]"),
            "target": target,
            "actual": (target * rng.random(rows) * 1.2).round(2),
            "quality": (rng.integers(400, 1001, rows) / 10).round(1),
        }
    )
    undone, unrated = pl.Series(rng.random(rows) < 0.05), pl.Series(rng.random(rows) < 0.3)
    return frame.with_columns(
        pl.col(pl.Datetime).cast(pl.Date),
        pl.when(unrated).then(None).otherwise("quality").alias("quality"),
    ).with_columns(pl.when(undone).then(None).otherwise("completed_on").alias("completed_on"))


def main() -> None:
    rows, out = int(sys.argv[1]), sys.argv[2]
    blocks = (block(first, min(BLOCK, rows - first)) for first in range(0, rows, BLOCK))
    if out.endswith(".parquet"):
        pl.concat(blocks).write_parquet(out, compression="zstd")
        return
    with open(out, "wb") as file:
        for place, frame in enumerate(blocks):
            frame.write_csv(file, include_header=place == 0, float_precision=2)


main()
