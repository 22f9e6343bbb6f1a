"""What an analyst would write with DuckDB: the indicators of policy.toml, sums and ranks, without checks of the rows and without reports."""

import sys

import duckdb

COLUMNS = {name: "varchar" for name in ["task_id", "lead_unit", "co_units", "principal", "deputy", "level"]}
COLUMNS |= {name: "date" for name in ["assigned_on", "due_on", "completed_on", "feedback_on"]}
COLUMNS |= {name: "decimal(18,2)" for name in ["target", "actual", "quality"]}

path = sys.argv[1]
ledger = f"'{path}'" if path.endswith(".parquet") else f"read_csv('{path}', header = true, columns = {COLUMNS})"
db = duckdb.connect()
db.execute("set threads = 2")
db.execute(f"""
create temp table judged as
with days as (
    select *, case
        when completed_on is not null then greatest(0, completed_on - due_on)
        when due_on < date '2025-12-31' then date '2025-12-31' - due_on
    end as late
    from {ledger}
), valued as (
    select lead_unit, co_units, principal, deputy, late,
        case level when 'major' then 3 when 'key' then 2 else 1 end as weight,
        case when late is not null then greatest(0, 100 - 5 * late) end as timeliness,
        case when target > 0 then least(100, round(actual * 100 / target, 4)) end as completion,
        quality,
        case when feedback_on <= assigned_on + interval 1 month then 100 else 0 end as feedback
    from days
)
select lead_unit, co_units, principal, deputy, weight, late,
    (coalesce(timeliness * 40, 0) + coalesce(completion * 30, 0) + coalesce(quality * 20, 0) + feedback * 10)::decimal(18, 4)
    / ((timeliness is not null)::int * 40 + (completion is not null)::int * 30 + (quality is not null)::int * 20 + 10) as value
from valued
""")


def standings(parts: str) -> list[tuple]:
    score = "sum(weight * value) / sum(weight)"
    return db.execute(f"""
        with parts as ({parts})
        select subject, {score} as score, count(*), count(*) filter (late > 0), rank() over (order by {score} desc)
        from parts group by subject order by score desc
    """).fetchall()


units = standings("""
    select lead_unit as subject, weight * 1.0 as weight, value, late from judged
    union all
    select unnest(string_split(co_units, ';')), weight * 0.5, value, late from judged where co_units <> ''
""")
persons = standings("""
    select principal as subject, weight * 0.4 as weight, value, late from judged
    union all
    select deputy, weight * 0.6, value, late from judged
""")
print(len(units), units[0], len(persons), persons[0])
