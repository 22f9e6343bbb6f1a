"""Times kaohe beside the scripts, in turn: run.py KAOHE LEDGER [RUNS].

Prints the medians of wall time, CPU time and peak memory of whole processes, and kaohe's as a ratio of each peer's."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def commands(kaohe: str, ledger: str, out: str) -> dict[str, list[str]]:
    script = lambda name: [sys.executable, os.path.join(HERE, name), ledger]
    policy = os.path.join(HERE, "policy.toml")
    return {
        "kaohe": [kaohe, "score", ledger, "--policy", policy, "--no-task-scores", "--out", out],
        "floor": script("floor.py"),
        "polars": script("with_polars.py"),
        "DuckDB": script("with_duckdb.py"),
    }


def run(command: list[str]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and MiB at most of one run."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {' '.join(command)}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    kaohe, ledger = sys.argv[1:3]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as out:
        of = commands(kaohe, ledger, os.path.join(out, "reports"))
        taken = {name: [] for name in of}
        for _ in range(runs):
            for name, command in of.items():
                taken[name].append(run(command))
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in taken.items()}
    print(f"| {os.path.basename(ledger)} | wall s | CPU s | MiB | kaohe's wall : its | kaohe's CPU : its |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, (wall, cpu, memory) in medians.items():
        own_wall, own_cpu, _ = medians["kaohe"]
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {memory:.0f} | {own_wall / wall:.2f} | {own_cpu / cpu:.2f} |")


main()
