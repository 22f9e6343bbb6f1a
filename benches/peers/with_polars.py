"""What an analyst would write with polars: the indicators of policy.toml, sums and ranks, in floats, without checks of the rows and without
reports."""

import datetime
import sys

import polars as pl

from columns import scan

AS_OF = datetime.date(2025, 12, 31)

done, due = pl.col("completed_on"), pl.col("due_on")
days_late = (
    pl.when(done.is_not_null())
    .then((done - due).dt.total_days().clip(0))
    .when(due < AS_OF)
    .then((AS_OF - due).dt.total_days())
)
judged = (
    scan(sys.argv[1])
    .with_columns(late=days_late, weight=pl.col("level").replace_strict({"major": 3, "key": 2, "routine": 1}, return_dtype=pl.Int32))
    .with_columns(
        timeliness=(100 - 5 * pl.col("late")).clip(0),
        completion=(pl.col("actual") * 100 / pl.col("target")).clip(None, 100),
        feedback=pl.when(pl.col("feedback_on") <= pl.col("assigned_on").dt.offset_by("1mo")).then(100).otherwise(0),
    )
)
weights = {"timeliness": 40, "completion": 30, "quality": 20, "feedback": 10}
points = pl.sum_horizontal(pl.col(name).fill_null(0) * weight for name, weight in weights.items())
present = pl.sum_horizontal(pl.col(name).is_not_null() * weight for name, weight in weights.items())
judged = judged.with_columns(value=points / present)


def part(column: str, share: float) -> pl.LazyFrame:
    return judged.select(pl.col(column).alias("subject"), pl.col("weight") * share, "value", "late")


def standings(parts: list[pl.LazyFrame]) -> pl.LazyFrame:
    weighted = (pl.col("weight") * pl.col("value")).sum() / pl.col("weight").sum()
    return (
        pl.concat(parts)
        .group_by("subject")
        .agg(score=weighted, tasks=pl.len(), overdue=(pl.col("late") > 0).sum())
        .with_columns(rank=pl.col("score").rank("min", descending=True))
        .sort("score", descending=True)
    )


co_units = part("co_units", 0.5).drop_nulls("subject").with_columns(pl.col("subject").str.split(";")).explode("subject")
units = standings([part("lead_unit", 1.0), co_units])
persons = standings([part("principal", 0.4), part("deputy", 0.6)])
units, persons = pl.collect_all([units, persons], engine="streaming")
print(units.height, units.row(0), persons.height, persons.row(0))
