"""Solves single-mode PSPLIB instances with OR-Tools CP-SAT, for comparison: the usual model, intervals and cumulatives.

    python3 Benchmarks/optimizer/cpsat.py FOLDER SECONDS INSTANCE …

Prints a line for each: its name, the makespan (or none), and whether it is proven. One thread, seed 1.
"""

import sys
from pathlib import Path

from ortools.sat.python import cp_model


def read(path):
    lines = [line.split() for line in path.read_text().splitlines()]

    def part(head, *, after=1):
        begin = next(i for i, line in enumerate(lines) if line and line[0].startswith(head)) + after
        end = next(i for i in range(begin, len(lines)) if lines[i] and lines[i][0].startswith("***"))
        return [[int(word) for word in line] for line in lines[begin:end] if line and all(w.isdigit() for w in line)]

    successors = {line[0]: line[3:] for line in part("PRECEDENCE")}
    # The line of dashes below the head has no figures and is passed over.
    requests = {line[0]: (line[2], line[3:]) for line in part("REQUESTS/DURATIONS:")}
    return successors, requests, part("RESOURCEAVAILABILITIES")[-1]


def solve(path, seconds):
    successors, requests, capacities = read(path)
    horizon = sum(duration for duration, _ in requests.values())
    model = cp_model.CpModel()
    starts = {job: model.new_int_var(0, horizon, f"s{job}") for job in requests}
    tasks = {job: model.new_fixed_size_interval_var(starts[job], requests[job][0], f"i{job}") for job in requests}
    for job, others in successors.items():
        for other in others:
            model.add(starts[other] >= starts[job] + requests[job][0])
    for place, capacity in enumerate(capacities):
        used = [job for job in requests if requests[job][1][place]]
        model.add_cumulative([tasks[job] for job in used], [requests[job][1][place] for job in used], capacity)
    end = model.new_int_var(0, horizon, "end")
    for job in requests:
        model.add(end >= starts[job] + requests[job][0])
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
