"""Say recipes as patches of `pyproject.toml`."""

from __future__ import annotations

import os
from typing import Final

from safe_install.export import Document, Proven

HEAD: Final = "# What safe-install has proven, as patches: git apply, or patch -p1, takes them"
FILE: Final = "pyproject.toml"


def document(proven: tuple[Proven, ...], directory: str) -> Document:
    """Give all patches in one; their paths start in a directory.

    A project outside of it, and what pip has unpacked, is in a folder as its sdist has it.
    """
    patches = [_patch(each, _folder(each, directory)) for each in proven]
    unsaid = [
        f"{each.name} {each.version}: no edit of {FILE} says {'; '.join(each.changes)}"
        for each, patch in zip(proven, patches, strict=True)
        if not patch
    ]
    return Document("".join(patches), tuple(unsaid))


def _folder(each: Proven, directory: str) -> str:
    if each.folder:
        folder = os.path.relpath(each.folder, directory)
        if folder == os.curdir:
            return ""
        if folder.split(os.sep)[0] != os.pardir:
            return f"{folder.replace(os.sep, '/')}/"
    return f"{each.name}-{each.version}/"


def _patch(each: Proven, folder: str) -> str:
    """Give a patch with its two paths inside a folder."""
    lines = (each.patch or "").splitlines(keepends=True)
    head = (line.replace(f"/{FILE}", f"/{folder}{FILE}") for line in lines[:2])
    return "".join((*head, *lines[2:]))
