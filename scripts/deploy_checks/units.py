"""The systemd units: what they run, how they are locked in, and what systemd itself says of them."""

import pathlib
import re
import shutil
import subprocess
import tempfile

# What every service must have; `systemd-analyze security` rates the rest.
NEEDED = {
    "DynamicUser": "yes", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes",
    "PrivateTmp": "yes", "PrivateDevices": "yes", "CapabilityBoundingSet": "", "Restart": "on-failure",
    "MemorySwapMax": "0",
}  # fmt: skip
# The rating systemd gives, 0 (locked in) to 100 (not at all); the units have 12.
EXPOSURE = 20


def members(text):
    """(section, name, value) of each line."""
    section = ""
    for line in text.splitlines():
        line = line.strip()
        if match := re.fullmatch(r"\[(\w+)\]", line):
            section = match.group(1)
        elif line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield section, name.strip(), value.strip()


def check(name, text, products, variables, configs):
    """Faults of one unit, without systemd."""
    if not name.endswith(".service"):
        return []
    faults, values = [], {}
    for section, member, value in members(text):
        values.setdefault((section, member), value)
        if member == "Environment":
            variable = value.split("=")[0]
            if variable.startswith("NOVA_") and variable not in variables:
                faults.append(f"{name}: sets {variable}, which is no setting of Nova")
    command = values.get(("Service", "ExecStart"), "").split()
    program = command[0].rsplit("/", 1)[-1] if command else ""
    if program not in products:
        faults.append(f"{name}: runs '{program}', which Package.swift does not declare")
    if "--config" in command[:-1]:
        config = command[command.index("--config") + 1].rsplit("/", 1)[-1]
        if config not in configs:
            faults.append(f"{name}: reads '{config}', which is not in config/")
    for member, value in NEEDED.items():
        if values.get(("Service", member)) != value:
            faults.append(f"{name}: {member}={value} is missing")
    # Its default gives a unit up after five deaths in ten seconds.
    if values.get(("Unit", "StartLimitIntervalSec")) != "0":
        faults.append(f"{name}: StartLimitIntervalSec=0 is missing")
    high, most = (size(values.get(("Service", member), "")) for member in ("MemoryHigh", "MemoryMax"))
    if not high or not most or high >= most:
        faults.append(f"{name}: MemoryHigh and, above it, MemoryMax must be there, such as 768M and 1G")
    if not re.fullmatch(r"[1-9]\d*", values.get(("Service", "RestartSec"), "")):
        faults.append(f"{name}: RestartSec must be whole seconds, 1 or more")
    if ("Unit", "PartOf") not in values or ("Install", "WantedBy") not in values:
        faults.append(f"{name}: is not part of nova.target")
    return faults


def size(text):
    """Bytes of a bound such as 512M or 2G; nothing where it is none."""
    match = re.fullmatch(r"([1-9]\d*)([MG])", text)
    return int(match.group(1)) * {"M": 1 << 20, "G": 1 << 30}[match.group(2)] if match else None


def check_drop_in(name, text, newer):
    """Faults of settings that only newer releases of systemd know: they belong into a file of their own."""
    found = [(section, member) for section, member, _ in members(text)]
    faults = [f"{name}: {member} does not belong there" for section, member in found if (section, member) not in newer]
    return faults + [f"{name}: {member} is missing" for section, member in sorted(newer - set(found))]


# Since systemd 254; Debian 12 has 252.
SINCE_254 = {("Service", "RestartSteps"), ("Service", "RestartMaxDelaySec")}


def analyze(units):
    """What systemd says of the units, by name; None where it is not installed."""
    if not shutil.which("systemd-analyze"):
        return None
    faults = []
    with tempfile.TemporaryDirectory(prefix="nova-units-") as folder:
        paths = []
        for name, text in units.items():
            # A template is checked by an instance of it. The executables are installed elsewhere, or not yet.
            path = pathlib.Path(folder) / name.replace("@.", "@1.")
            path.write_text(re.sub(r"^(ExecStart=)\S+", r"\1/bin/true", text, flags=re.MULTILINE), encoding="utf-8")
            paths.append(path)
        faults += said("verify", "--man=no", "--generators=no", *paths)
        services = [path for path in paths if path.suffix == ".service"]
        faults += rated(*services)
    return faults


def said(*arguments):
    # It ends with 0 after a member that it does not know, which it only warns about.
    run = subprocess.run(["systemd-analyze", *map(str, arguments)], capture_output=True, text=True, check=False)
    lines = [line for line in (run.stdout + run.stderr).splitlines() if line.strip()]
    return lines or ([f"systemd-analyze ended with {run.returncode}"] if run.returncode else [])


def rated(*paths):
    faults = []
    for path in paths:
        run = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", str(path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if run.returncode:
            said_last = (run.stdout + run.stderr).strip().splitlines()[-1:]
            faults.append(f"{path.name}: is not locked in enough: {' '.join(said_last)}")
    return faults
