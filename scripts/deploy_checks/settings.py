"""The settings: what the sources read is what the files of config/ show, name by name."""

import re

READ = re.compile(
    r"settings\.(?:string|optionalString|optionalInt|stringArray|int|double|bool|duration|positive|secret|choice|strings)"
    r"\(\s*(?:under:\s*)?\"([a-z0-9_.]+)\""
)
# A key that is named before it is read.
NAMED = re.compile(r"let key = \"([a-z0-9_]+\.[a-z0-9_.]+)\"")


def read_in(sources):
    """The keys that these texts read."""
    return {key for text in sources for key in READ.findall(text) + NAMED.findall(text)}


def leaves(value, prefix=""):
    """Dotted keys of a YAML document."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{prefix}.{name}" if prefix else str(name))
    else:
        yield prefix


def check(name, document, text, keys):
    """Faults of a settings file that is to show exactly `keys`, each with a comment above or beside it."""
    faults = []
    shown = set(leaves(document or {}))
    # A map of names that are not ours has no default: it is shown as a comment.
    commented = {key for key in keys - shown if re.search(rf"^\s*# {key.rsplit('.', 1)[-1]}:", text, re.MULTILINE)}
    for key in sorted(keys - shown - commented):
        faults.append(f"{name}: does not show '{key}', which the sources read")
    for key in sorted(shown - keys):
        faults.append(f"{name}: shows '{key}', which the sources do not read")
    return faults


def check_page(page, keys):
    """Faults of the page that lists every setting in its tables."""
    listed = set(re.findall(r"^\| `([a-z0-9_.]+)` \|", page, re.MULTILINE))
    faults = [f"configuration.md: does not list '{key}', which the sources read" for key in sorted(keys - listed)]
    return faults + [f"configuration.md: lists '{key}', which the sources do not read" for key in sorted(listed - keys)]


def variable(key):
    """The environment variable of a setting."""
    return "NOVA_" + key.upper().replace(".", "_")
