"""Solves PSPLIB instances with OR-Tools CP-SAT, for comparison: the usual model, intervals and cumulatives, and for each mode
an optional interval.

    python3 Benchmarks/optimizer/cpsat.py FOLDER SECONDS INSTANCE …

Prints a line for each: its name, the makespan (or -), and whether it is proven. One thread, seed 1.
"""

import sys
from pathlib import Path

from ortools.sat.python import cp_model


def read(path):
    text = path.read_text().splitlines()
    lines = [line.split() for line in text]

    def part(head):
        begin = next(i for i, line in enumerate(lines) if line and line[0].startswith(head)) + 1
        end = next(i for i in range(begin, len(lines)) if lines[i] and lines[i][0].startswith("***"))
        return [[int(word) for word in line] for line in lines[begin:end] if line and all(w.isdigit() for w in line)]

    renewable = int(next(line for line in text if "- renewable" in line).split()[3])
    capacities = part("RESOURCEAVAILABILITIES")[-1]
    successors = {line[0]: line[3:] for line in part("PRECEDENCE")}
    modes = {}
    # The line of dashes below the head has no figures and is passed over.
    for line in part("REQUESTS/DURATIONS:"):
        if len(line) == len(capacities) + 3:
            modes[line[0]] = []
        modes[max(modes)].append((line[-len(capacities) - 1], line[-len(capacities) :]))
    return successors, modes, capacities, renewable


def solve(path, seconds):
    successors, modes, capacities, renewable = read(path)
    horizon = sum(max(duration for duration, _ in ways) for ways in modes.values())
    model = cp_model.CpModel()
    starts, ends, intervals = {}, {}, []
    for job, ways in modes.items():
        starts[job] = model.new_int_var(0, horizon, f"s{job}")
        if len(ways) == 1:
            ends[job] = starts[job] + ways[0][0]
            intervals.append((model.new_fixed_size_interval_var(starts[job], ways[0][0], f"i{job}"), ways[0][1], 1))
            continue
        ends[job] = model.new_int_var(0, horizon, f"e{job}")
        chosen = [model.new_bool_var(f"m{job}_{mode}") for mode in range(len(ways))]
        model.add_exactly_one(chosen)
        for (duration, amounts), literal in zip(ways, chosen):
            interval = model.new_optional_interval_var(starts[job], duration, ends[job], literal, f"i{job}")
            intervals.append((interval, amounts, literal))
    for job, others in successors.items():
        for other in others:
            model.add(starts[other] >= ends[job])
    for place, capacity in enumerate(capacities):
        used = [(interval, amounts[place], literal) for interval, amounts, literal in intervals if amounts[place]]
        if place < renewable:
            model.add_cumulative([interval for interval, _, _ in used], [amount for _, amount, _ in used], capacity)
        else:
            model.add(sum(amount * literal for _, amount, literal in used) <= capacity)
    end = model.new_int_var(0, horizon, "end")
    for job in modes:
        model.add(end >= ends[job])
    model.minimize(end)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return int(solver.objective_value) if found else None, status == cp_model.OPTIMAL


def main():
    folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
    for name in sys.argv[3:]:
        makespan, proven = solve(folder / name, seconds)
        print(name, "-" if makespan is None else makespan, int(proven), flush=True)


main()
