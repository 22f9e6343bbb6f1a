"""Times what task_scores.csv adds to a run, beside polars writing that file: task_scores.py KAOHE LEDGER [RUNS].

Prints the medians in seconds and their ratio. Every file is removed after it was written, because a system that has
too much waiting for its disk slows down whoever writes next.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import polars

HERE = os.path.dirname(os.path.abspath(__file__))


def timed(work) -> float:
    start = time.monotonic()
    work()
    return time.monotonic() - start


def main() -> None:
    kaohe, ledger = sys.argv[1:3]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as folder:
        out, other = os.path.join(folder, "reports"), os.path.join(folder, "written.csv")
        command = [kaohe, "score", ledger, "--policy", os.path.join(HERE, "policy.toml"), "--quiet", "--out", out]
        score = lambda *more: subprocess.run([*command, *more], check=True, stdout=subprocess.DEVNULL)
        score()
        table = polars.read_csv(os.path.join(out, "task_scores.csv"))
        shutil.rmtree(out)
        added, written = [], []
        for _ in range(runs):
            without = timed(lambda: score("--no-task-scores"))
            added.append(timed(score) - without)
            shutil.rmtree(out)
            written.append(timed(lambda: table.write_csv(other)))
            os.remove(other)
    added, written = statistics.median(added), statistics.median(written)
    print(f"task_scores.csv adds {added:.2f} s, polars writes it in {written:.2f} s: {added / written:.2f}")


main()
