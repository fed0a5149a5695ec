"""The Dockerfile: its stages, and that everything it copies exists."""

import re


def instructions(text):
    """(keyword, arguments) of each instruction, continued lines joined."""
    joined = re.sub(r"\\\n", " ", "\n".join(l for l in text.splitlines() if not l.lstrip().startswith("#")))
    for line in joined.splitlines():
        if line.strip():
            keyword, _, arguments = line.strip().partition(" ")
            yield keyword.upper(), arguments.strip()


def check(text, exists, is_ignored, products):
    """Faults of a Dockerfile. `exists` and `is_ignored` tell of a path in the build context."""
    faults, stages, builds, outputs, user = [], [], "", set(), None
    for keyword, arguments in instructions(text):
        if keyword == "FROM":
            match = re.fullmatch(r"(\S+)(?:\s+AS\s+(\S+))?", arguments, re.IGNORECASE)
            if not match or not match.group(2):
                faults.append(f"FROM {arguments}: a stage without a name")
            stages.append(match.group(2) if match else "")
            user = None
        elif keyword == "RUN":
            builds += arguments + "\n"
        elif keyword == "USER":
            user = arguments
        elif keyword in ("COPY", "ADD"):
            words = [w for w in arguments.split() if not w.startswith("--")]
            source = re.search(r"--from=(\S+)", arguments)
            if source and source.group(1) not in stages[:-1]:
                faults.append(f"{keyword} {arguments}: there is no earlier stage '{source.group(1)}'")
            for path in words[:-1]:
                if source:
                    outputs.add(path.rsplit("/", 1)[-1])
                elif not exists(path):
                    faults.append(f"{keyword} {arguments}: there is no '{path}'")
                elif is_ignored(path):
                    faults.append(f"{keyword} {arguments}: '{path}' is left out by Dockerfile.dockerignore")
    if len(stages) < 2:
        faults.append("there must be a stage that builds and one that runs")
    if user is None or user.split(":")[0] in ("0", "root"):
        faults.append("the last stage runs as root")
    for product in sorted(set(re.findall(r"--product\s+(\S+)", builds)) - products):
        faults.append(f"builds '{product}', which Package.swift does not declare")
    for name in sorted(outputs - set(re.findall(r"--product\s+(\S+)", builds))):
        faults.append(f"copies '{name}', which no stage builds")
    return faults


def ignores(text):
    """Whether a path is left out, for the one form of .dockerignore used here: all but what is named after `!`."""
    kept = [line[1:].strip("/") for line in text.splitlines() if line.startswith("!")]
    if "*" not in text.splitlines():
        return lambda path: False
    return lambda path: not any(path == k or path.startswith(k + "/") for k in kept)
