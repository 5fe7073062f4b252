"""Build what the tests of the modules with effects need: trees, wheels, targets, workshops."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import shutil
import stat
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import safe_install
from safe_install.environment.workshop import Workshop
from safe_install.events.log import Event, Log, make_logger
from safe_install.redaction import Redactor
from safe_install.target import Target

WITH_US = os.environ | {"PYTHONPATH": str(Path(safe_install.__file__).parents[1])}
"""The environment variables of a Python that can import what is tested."""
WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"


def tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, and give it."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return root


def members(name: str = "demo", version: str = "1.0", extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give what a good wheel holds, RECORD included."""
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    files = {
        "demo.py": "VALUE = 1\n",
        f"{info}/METADATA": METADATA.format(name=name, version=version),
        f"{info}/WHEEL": WHEEL,
        **(extra or {}),
    }
    return files | {f"{info}/RECORD": record(files, f"{info}/RECORD")}


def record(files: Mapping[str, str], own: str) -> str:
    """Give the text of a RECORD."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).rstrip(b"=").decode()
        rows.writerow((path, f"sha256={digest}", len(content.encode())))
    rows.writerow((own, "", ""))
    return text.getvalue()


def wheel_file(
    folder: Path, files: Mapping[str, str | bytes] | None = None, name: str = "demo-1.0-py3-none-any.whl"
) -> Path:
    """Write a wheel: a good one, or one with just these members."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in (members() if files is None else files).items():
            archive.writestr(path, content)
    return folder / name


def replaced(path: Path, text: str) -> None:
    """Put another file in a file's place, as installers do."""
    (path.parent / "new").write_text(text)
    (path.parent / "new").replace(path)


def rewritten(path: Path) -> None:
    """Write over a file so that size and time are what they were."""
    before = path.stat()
    path.write_bytes(b"X" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def executable(path: Path, text: str) -> Path:
    """Write a script that can be run."""
    tree(path.parent, {path.name: text})
    path.chmod(0o755)
    return path


def a_target(prefix: Path, **changes: Any) -> Target:
    """Give a target of the running interpreter, with folders below a prefix that nobody has made."""
    packages = prefix / "lib" / "site-packages"
    target = Target(
        executable=Path(sys.executable),
        version=sys.version_info[:3],
        platform="CPython-test",
        prefix=prefix,
        virtual=True,
        purelib=packages,
        platlib=packages,
        scripts=prefix / "bin",
        data=prefix,
        path=(packages,),
        externally_managed=None,
    )
    return replace(target, **changes)


def a_shop(place: Path, target: Target | None = None, **changes: Any) -> Workshop:
    """Give a workshop below a folder, without options, network or user configuration."""
    for name in ("run", "scratch", "cwd"):
        (place / name).mkdir(parents=True, exist_ok=True)
    shop = Workshop(
        target=target or a_target(place / "target"),
        run_dir=place / "run",
        scratch=place / "scratch",
        state=place / "state",
        environ={
            "PATH": os.environ["PATH"],
            "HOME": str(place),
            "PIP_NO_INDEX": "1",
            "PIP_CONFIG_FILE": os.devnull,
        },
        pip_options=(),
        build_constraints=(),
        cwd=place / "cwd",
        redact=str,
        seconds=60,
    )
    return replace(shop, **changes)


def a_log() -> tuple[Log, list[Event]]:
    """Give a log, and the list that its events are added to."""
    told: list[Event] = []
    return make_logger("run", [told.append], Redactor()), told


def picture(*roots: Path) -> dict[str, tuple[Any, ...]]:
    """Give everything there is to see of folders: kinds, modes, times, owners, contents."""
    seen: dict[str, tuple[Any, ...]] = {}
    for root in roots:
        if os.path.lexists(root):
            _look(str(root), seen)
    return seen


def _look(path: str, seen: dict[str, tuple[Any, ...]]) -> None:
    status = os.lstat(path)
    content: object = None
    if stat.S_ISLNK(status.st_mode):
        content = os.readlink(path)
    elif stat.S_ISREG(status.st_mode):
        content = Path(path).read_bytes()
    seen[path] = (oct(status.st_mode), status.st_mtime_ns, status.st_uid, status.st_gid, content)
    if stat.S_ISDIR(status.st_mode):
        for entry in os.scandir(path):
            _look(entry.path, seen)


@contextmanager
def without_privileges() -> Iterator[Path]:
    """Give a folder of a user for whom modes count: root may read and write anything."""
    folder = Path(tempfile.mkdtemp(prefix="safe-install-test-"))
    if os.geteuid() != 0:
        yield folder
    else:
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(0)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def another_file_system(place: Path) -> Iterator[Path]:
    """Give a folder on another file system than a place's, or skip the test."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK) or shared.stat().st_dev == place.stat().st_dev:
        pytest.skip("this system has no second file system to write to")
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """Have the system refuse to write, as a full disk does."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
