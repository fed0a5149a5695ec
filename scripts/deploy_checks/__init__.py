"""Checks of the files in deploy/ and config/. Each check takes texts and returns its faults, one string each."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


def executables(manifest):
    """The names of the executables that Package.swift declares."""
    return set(re.findall(r"\.executableTarget\(\s*name:\s*\"([^\"]+)\"", manifest))
