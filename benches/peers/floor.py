"""The floor: polars reads every column with its type, and counts its cells."""

import sys

import polars as pl

from columns import scan

print(scan(sys.argv[1]).select(pl.all().count()).collect(engine="streaming"))
