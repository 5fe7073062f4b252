"""Read pip's configuration files as `pip install` does."""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from platformdirs import site_config_dir, user_config_path

SECTIONS: Final = ("global", "install")
"""The sections of a configuration file that `pip install` reads, in that order."""


def read(environ: Mapping[str, str], prefix: Path) -> dict[str, str]:
    """Give what the configuration files say, by option (`no-deps`); `prefix` is that of pip's Python.

    A command's own section beats the general one, in any file (pip, "Configuration"). An empty value is as
    none.
    """
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for file in _files(environ, prefix):
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            # pip itself will refuse the file, in its own words.
            continue
        for section in filter(parser.has_section, SECTIONS):
            for name, value in parser.items(section):
                found[section][name.replace("_", "-").removeprefix("--")] = value
    return {name: value for section in SECTIONS for name, value in found[section].items() if value}


def _files(environ: Mapping[str, str], prefix: Path) -> list[Path]:
    """Give pip's configuration files, from the most general to the most special."""
    named = environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    name = "pip.ini" if sys.platform == "win32" else "pip.conf"
    general = [Path(part, name) for part in site_config_dir("pip", appauthor=False, multipath=True).split(os.pathsep)]
    users = [Path.home() / ".pip" / name, user_config_path("pip", appauthor=False) / name]
    if named and Path(named).exists():
        users = []
    return [*general, Path("/etc", name), *users, prefix / name, *([Path(named)] if named else [])]
