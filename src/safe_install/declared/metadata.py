"""Read what an sdist, or an earlier build in the tree, has written down of the project's metadata."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import HeaderParser

from safe_install.declared.setup_files import requirement_lines
from safe_install.model import METADATA, Mention


@dataclass(frozen=True)
class Metadata:
    """What the fields of a `PKG-INFO` say (core metadata specification)."""

    name: str | None = None
    version: str = ""
    requires_python: str = ""
    classifiers: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()


def read(pkg_info: str) -> Metadata:
    """Read a `PKG-INFO`'s text; what is no requirement is left out, and nothing is raised."""
    if not pkg_info:
        return Metadata()
    fields = HeaderParser().parsestr(pkg_info)
    # As it unfolds a field that is broken over lines.
    listed = "\n".join(_one_line(each) for each in fields.get_all("Requires-Dist", []))
    return Metadata(
        name=_one_line(fields.get("Name", "")) or None,
        version=_one_line(fields.get("Version", "")),
        requires_python=_one_line(fields.get("Requires-Python", "")),
        classifiers=tuple(map(_one_line, fields.get_all("Classifier", []))),
        mentions=tuple(requirement_lines(listed, f"{METADATA} Requires-Dist")),
    )


def requires(text: str, where: str) -> Iterator[Mention]:
    """Read the `requires.txt` that setuptools writes: the markers stand in the headings, `[extra:marker]`."""
    marker = ""
    for line in text.splitlines():
        if line.startswith("["):
            marker = line.strip().removesuffix("]").partition(":")[2].strip()
        else:
            behind = f" ; {marker}" if marker and ";" not in line else ""
            yield from requirement_lines(f"{line}{behind}", where)


def _one_line(value: object) -> str:
    return " ".join(str(value).split())
