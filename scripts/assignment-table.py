#!/usr/bin/env python3
"""Makes Tests/CoordinationTests/Data/assignment.json: optimal totals of large random assignments, by SciPy.

Each case is a seed, a size and a share of forbidden pairs; the costs follow from them by SplitMix64, here as in the tests,
so the table holds no matrices. Needs scipy and numpy: pip install scipy==1.17.1. The table is committed; it is made anew
only where cases change: scripts/assignment-table.py > Tests/CoordinationTests/Data/assignment.json
"""

import json

import numpy
import scipy
from scipy.optimize import linear_sum_assignment

MASK = (1 << 64) - 1
FORBIDDEN = 10**12


def numbers(seed):
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def case(seed, rows, columns, capacity, forbidden):
    random = numbers(seed)
    costs = numpy.empty((rows, columns))
    for row in range(rows):
        for column in range(columns):
            value = next(random)
            costs[row, column] = FORBIDDEN if value % 100 < forbidden else value % 1_000_003
    wide = numpy.repeat(costs, capacity, axis=1)
    chosen = wide[linear_sum_assignment(wide)]
    allowed = chosen[chosen < FORBIDDEN]
    return {
        "seed": seed, "rows": rows, "columns": columns, "capacity": capacity, "forbidden": forbidden,
        "assigned": int(len(allowed)), "total": int(allowed.sum()),
    }


CASES = [
    (1, 50, 50, 1, 0), (2, 100, 60, 1, 0), (3, 60, 100, 1, 0), (4, 200, 40, 5, 0), (5, 200, 50, 3, 30),
    (6, 150, 150, 1, 80), (7, 300, 100, 3, 10), (8, 80, 10, 4, 50), (9, 250, 250, 1, 0), (10, 120, 30, 4, 97),
]

print(json.dumps({"scipy": scipy.__version__, "cases": [case(*each) for each in CASES]}, indent=1))
