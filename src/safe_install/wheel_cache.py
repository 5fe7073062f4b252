"""Keep proven wheels, and hand them to pip as if it had built and cached them itself."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from platformdirs import user_cache_path

from safe_install.environment.workshop import Workshop
from safe_install.events.differences import changes
from safe_install.evidence import Policy
from safe_install.model import Proof
from safe_install.recipe_data import as_data
from safe_install.unbuilt import Remembered, Unbuilt

WHEELS: Final = "wheels"
"""The folder of a cache of pip's that holds what was built."""
ORIGIN: Final = "origin.json"
"""What pip (since 22.2) reads beside a cached wheel: where it comes from, and the hash of that."""
CHANGES: Final = "changes.json"
"""What is written beside a proven wheel: how it was proven."""


@dataclass(frozen=True)
class Proven:
    """A wheel for a requirement that pip could not build."""

    unbuilt: Unbuilt
    wheel: Path
    name: str
    """The distribution's, as the wheel says it."""
    bounds: tuple[str, ...] = ()
    """What the wheel runs with only."""


def overlaid(cache: Path | None, proven: tuple[Proven, ...], scratch: Path) -> Path:
    """Give a cache that holds the proven wheels and otherwise leads to the user's, which stays as it is.

    A link is looked up by the folders that pip itself makes of it (`Unbuilt.cached_at`). What pip builds
    anew below the same folders is gone with the scratch.
    """
    folder = Path(tempfile.mkdtemp(prefix="cache-", dir=scratch))
    if cache is not None and cache.is_dir():
        _lead_to(cache, folder)
    for each in proven:
        place = _opened(folder, (WHEELS, *each.unbuilt.cached_at))
        for other in place.iterdir():
            other.unlink()
        shutil.copy2(each.wheel, place)
        if each.unbuilt.origin is not None:
            (place / ORIGIN).write_text(each.unbuilt.origin, encoding="utf-8")
    return folder


def remember(proven: Proven, proof: Proof, patch: str | None, policy: Policy, shop: Workshop) -> None:
    """Keep a proven wheel for later runs, if the identity of its sources is known."""
    place = _place(proven.unbuilt, policy, shop)
    if place is None:
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = Path(tempfile.mkdtemp(prefix=".", dir=place.parent))
    shutil.copy2(proven.wheel, partial)
    (partial / CHANGES).write_text(json.dumps(_told(proven, proof, patch)), encoding="utf-8")
    shutil.rmtree(place, ignore_errors=True)
    try:
        partial.replace(place)
    except OSError:
        # Another run was faster, and keeps the same.
        shutil.rmtree(partial, ignore_errors=True)


def remembered(unbuilt: Unbuilt, policy: Policy, shop: Workshop) -> Remembered | None:
    """Find the wheel that an earlier run has proven for the same sources and Python, by remedies that may be used."""
    place = _place(unbuilt, policy, shop)
    if place is None or not place.is_dir():
        return None
    wheel = next(place.glob("*.whl"), None)
    try:
        told = json.loads((place / CHANGES).read_text(encoding="utf-8"))
        changes, bounds, remedies = (tuple(map(str, told[key])) for key in ("changes", "bounds", "remedies"))
        proof = told["proof"]
    except (OSError, ValueError, KeyError, TypeError):
        # Half of one: the next proof takes its place.
        return None
    return None if wheel is None or not policy.admits(*remedies) else Remembered(wheel, changes, bounds, proof)


def identity(unbuilt: Unbuilt) -> str | None:
    """Say what surely tells some sources from others: the archive's hash, or the commit."""
    told: Mapping[str, Any] = json.loads(unbuilt.origin) if unbuilt.origin else {}
    hashes = told.get("archive_info", {}).get("hashes") or {}
    commit = told.get("vcs_info", {}).get("commit_id")
    return f"sha256={hashes['sha256']}" if "sha256" in hashes else f"commit={commit}" if commit else None


def _told(proven: Proven, proof: Proof, patch: str | None) -> dict[str, object]:
    declared = as_data(proof.declared)["system"]
    return {
        "changes": changes(proof.declared, proof.recipe),
        "bounds": proven.bounds,
        "remedies": proof.remedies,
        "proof": {"declared": declared, "recipe": as_data(proof.recipe), "patch": patch} if proof.remedies else None,
    }


def _place(unbuilt: Unbuilt, policy: Policy, shop: Workshop) -> Path | None:
    """Give the folder for the wheel of some sources on one Python of one machine, on the evidence that is allowed."""
    source = identity(unbuilt)
    if source is None or unbuilt.editable:
        return None
    python = str(shop.target.executable.resolve())
    allowed = (policy.infer, sorted(policy.allow), policy.hashes)
    about = [source, unbuilt.cached_at, unbuilt.config_settings, shop.build_constraints, python, *allowed]
    key = hashlib.sha256(json.dumps(about).encode()).hexdigest()
    return user_cache_path("safe-install", appauthor=False) / WHEELS / key


def _opened(folder: Path, names: tuple[str, ...]) -> Path:
    """Give a folder below, with real folders on the way there that lead to what the user's hold."""
    for name in names:
        folder = folder / name
        if folder.is_symlink():
            theirs = folder.resolve()
            folder.unlink()
            folder.mkdir()
            _lead_to(theirs, folder)
        else:
            folder.mkdir(exist_ok=True)
    return folder


def _lead_to(theirs: Path, folder: Path) -> None:
    for name in os.listdir(theirs):
        (folder / name).symlink_to(theirs / name)
