"""The defaults: what the files of config/ show is what the sources have.

Reads the defaults out of the Swift sources: a literal where the setting is read, or the value of the property named there.
"""

import re

READ = re.compile(
    r"settings\.(?:string|stringArray|int|double|bool|duration|positive|choice)"
    r"\(\s*\"(?P<key>[a-z0-9_.]+)\",\s*default:\s*(?P<value>(?:[^(),\n]|\([^()]*(?:\([^()]*\)[^()]*)*\))+?)\s*[,)]"
)
# A property of a type, or a parameter of its initializer.
PROPERTY = re.compile(
    r"^    (?:(?:package |private )?(?:static )?(?:var|let) (\w+)(?:: [\w.?]+)? = (.+?)|    (\w+): [\w.?]+ = (.+?),?)\s*$",
    re.MULTILINE,
)
SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)?")
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, None: 1}


class Unreadable(Exception):
    """A default that this cannot read out of the sources."""


def properties(sources):
    """The values of all properties with an initial value, by name; of one name several."""
    found = {}
    for text in sources:
        for name, initial, parameter, default in PROPERTY.findall(text):
            found.setdefault(name or parameter, set()).add(initial or default)
    return found


def value(text, known):
    """A Swift expression as Python has it; spans of time in seconds, what is made at run time as an empty text."""
    text = text.strip()
    if match := re.fullmatch(r"(?:Duration)?\.(seconds|milliseconds)\((.+)\)", text):
        return value(match.group(2), known) * (0.001 if match.group(1) == "milliseconds" else 1)
    if re.fullmatch(r"[\d_. *+]+", text):
        return eval(text.replace("_", ""))  # pylint: disable=eval-used # digits, stars and plusses only
    if match := re.fullmatch(r"max\((\w+), (\w+)\)", text):
        return max(value(match.group(1), known), value(match.group(2), known))
    if text in ("true", "false"):
        return text == "true"
    if text == ".zero":
        return 0
    if text == "[]":
        return []
    if re.fullmatch(r'"[^"\\]*"', text):
        return text[1:-1]
    if "UUIDv7.make()" in text:
        return ""
    if match := re.fullmatch(r"[A-Z][\w.]*\.([a-z]\w*)", text):
        # A case of an enumeration, or a constant.
        values = known.get(match.group(1), set())
        return value(next(iter(values)), known) if len(values) == 1 else match.group(1)
    name = text.rsplit(".", 1)[-1]
    values = [value(v, known) for v in known.get(name, set()) if re.match(r"[\d\"\[]|\.seconds|\.milli|\.zero|true|false", v)]
    if len({repr(v) for v in values}) != 1:
        raise Unreadable(text)
    return values[0]


def read_in(sources, known, homes=None):
    """(key, default) of each setting, and the keys whose default cannot be read.

    `homes` are the properties of the type that holds the settings below a first name, where it is known.
    """
    defaults, unreadable = {}, []
    for text in sources:
        for match in READ.finditer(text):
            home = (homes or {}).get(match["key"].split(".")[0], {})
            try:
                defaults[match["key"]] = value(match["value"], {**known, **home})
            except Unreadable as fault:
                unreadable.append(f"{match['key']} ({fault})")
    return defaults, unreadable


def lookup(document, key):
    for part in key.split("."):
        document = document[part] if isinstance(document, dict) and part in document else None
    return document


def same(shown, default):
    """Whether what a file shows is the default: `10s` and 10 are, and nothing and an empty text."""
    if isinstance(default, (int, float)) and not isinstance(default, bool):
        match = SPAN.fullmatch(str(shown))
        return bool(match) and abs(float(match[1]) * UNITS[match[2]] - default) < 1e-9
    return shown == default


def check(name, document, defaults):
    """Faults of a settings file that claims to show the defaults."""
    return [
        f"{name}: shows {key} = {lookup(document, key)!r}, but the default is {default!r}"
        for key, default in sorted(defaults.items())
        if not same(lookup(document, key), default)
    ]
