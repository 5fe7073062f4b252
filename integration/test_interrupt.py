"""Ctrl-C and SIGTERM at every stage: nothing is changed, nothing is left running, and the run says so."""

from __future__ import annotations

import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

import events
from fingerprint import differences, fingerprint
from loopback import ONLY, make_wheel, serving
from workplace import Workplace

EAGER: Final = ("-U", "--upgrade-strategy", "eager")
SIGNALS: Final = {signal.SIGINT: 130, signal.SIGTERM: 143}
BACKEND: Final = '''"""A backend without requirements that stops for an hour in the hook that it is told."""

import os
import subprocess
import sys
import time
import zipfile

HOURS = "import time; time.sleep(3600)"


def _reached(hook):
    open(os.path.join(os.environ["REACHED"], hook), "w").close()
    if os.environ.get("STOP_IN") == hook:
        subprocess.Popen([sys.executable, "-c", HOURS])
        time.sleep(3600)


def get_requires_for_build_wheel(config_settings=None):
    _reached("get_requires_for_build_wheel")
    return []


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    _reached("build_wheel")
    name, info = "demo-2.0-py3-none-any.whl", "demo-2.0.dist-info"
    metadata = "Metadata-Version: 2.1\\nName: demo\\nVersion: 2.0\\nRequires-Dist: bulk\\n"
    wheel = "Wheel-Version: 1.0\\nGenerator: demo\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    members = {"demo.py": "", info + "/METADATA": metadata, info + "/WHEEL": wheel}
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as archive:
        for member, text in members.items():
            archive.writestr(member, text)
        archive.writestr(info + "/RECORD", "".join(m + ",,\\n" for m in [*members, info + "/RECORD"]))
    return name


get_requires_for_build_editable, build_editable = get_requires_for_build_wheel, build_wheel
'''
SYSTEM: Final = '[build-system]\nrequires = {requires}\nbuild-backend = "backend"\nbackend-path = ["."]\n'


@dataclass(frozen=True)
class Stop:
    """When the signal is sent."""

    reached: Callable[[], bool]
    variables: dict[str, str]


@pytest.fixture
def laid(place: Workplace, tmp_path: Path) -> Workplace:
    """Give a workplace whose target holds an earlier release of the project, and of its dependency."""
    place.make_target()
    older = make_wheel(tmp_path / "older", "demo", "1.0", {"demo.py": "", "only_in_one.py": ""})
    bulk = make_wheel(tmp_path / "older", "bulk", "1.0", {"bulk/one.py": ""})
    done = place.pip("install", "-q", "--no-index", older, bulk)
    assert done.returncode == 0, done.stderr
    files = {f"bulk/module_{number}.py": f"number = {number}\n" * 50 for number in range(4000)}
    make_wheel(tmp_path / "links", "bulk", "2.0", files)
    (tmp_path / "reached").mkdir()
    return place


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("hook", ["get_requires_for_build_wheel", "build_wheel"])
def test_in_a_hook(hook: str, number: signal.Signals, laid: Workplace) -> None:
    """The hook has started a process of its own, and neither of them ever ends."""
    laid.write({"pyproject.toml": SYSTEM.format(requires="[]"), "backend.py": BACKEND})
    marker = laid.root / "reached" / hook
    _check(laid, Stop(marker.exists, {"STOP_IN": hook}), number)


@pytest.mark.parametrize("number", SIGNALS)
def test_while_an_environment_is_filled(number: signal.Signals, laid: Workplace) -> None:
    """Wait with pip for an archive that never comes."""
    requires = '["stuck==1.0"]'
    laid.write({"pyproject.toml": SYSTEM.format(requires=requires), "backend.py": BACKEND})
    make_wheel(laid.root / "served", "stuck", "1.0", {"stuck.py": ""})
    with serving(laid.root / "served", stuck="stuck") as index:
        stop = Stop(index.asked_for_stuck.is_set, {"PIP_INDEX_URL": index.url, **ONLY})
        _check(laid, stop, number)


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("moment", ["started", "copying"])
def test_while_the_target_is_written(moment: str, number: signal.Signals, laid: Workplace) -> None:
    """A pip is about to replace earlier releases, or has written some of the files of a new one."""
    laid.write({"pyproject.toml": SYSTEM.format(requires="[]"), "backend.py": BACKEND})
    path = laid.root / "events.jsonl"

    def started() -> bool:
        return path.exists() and '"install.started"' in path.read_text(encoding="utf-8")

    reached = started if moment == "started" else lambda: _copying(laid)
    _check(laid, Stop(reached, {}), number, *EAGER)


@pytest.mark.parametrize("number", SIGNALS)
def test_while_a_remedy_is_tried(number: signal.Signals, laid: Workplace) -> None:
    """The second attempt, with the tree's artefacts set aside or whatever else the remedy does."""
    table = SYSTEM.format(requires="[]").replace('["."]', '["elsewhere"]')
    laid.write({"pyproject.toml": table, "backend.py": BACKEND})
    marker = laid.root / "reached" / "build_wheel"
    _check(laid, Stop(marker.exists, {"STOP_IN": "build_wheel"}), number)


def test_killed_while_the_target_is_written(laid: Workplace) -> None:
    """After SIGKILL nobody can tidy up; the next run does, before anything else."""
    laid.write({"pyproject.toml": SYSTEM.format(requires="[]"), "backend.py": BACKEND})
    known = fingerprint(laid.target)
    with _started(laid, {}, *EAGER) as (process, name):
        _wait(lambda: _copying(laid), process)
        process.kill()
        process.wait()
        end = time.monotonic() + 60
        while _left_running(name) and time.monotonic() < end:
            time.sleep(0.05)
    assert fingerprint(laid.target) != known
    (laid.tree / "pyproject.toml").write_text("[build-system\n", encoding="utf-8")
    run = laid.safe_install(laid.tree)
    assert run.status == 1, run
    assert differences(known, fingerprint(laid.target))[:20] == [], run
    assert run.story.named("change.reverted") != (), run


def test_what_somebody_edits_meanwhile_is_not_lost(laid: Workplace) -> None:
    """The tree is put back, what was written into it is in the run's directory, and the run says so."""
    laid.write({"pyproject.toml": SYSTEM.format(requires="[]"), "backend.py": BACKEND, "demo.py": "one = 1\n"})
    known = fingerprint(laid.tree)
    marker = laid.root / "reached" / "build_wheel"
    with _started(laid, {"STOP_IN": "build_wheel"}) as (process, _):
        _wait(marker.exists, process)
        laid.write({"demo.py": "two = 2\n", "new/idea.py": "three = 3\n"})
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert differences(known, fingerprint(laid.tree)) == [], output
    (folder,) = laid.root.glob("state/runs/*/displaced")
    assert (folder / "demo.py").read_text(encoding="utf-8") == "two = 2\n"
    assert (folder / "new" / "idea.py").read_text(encoding="utf-8") == "three = 3\n"
    assert f"{folder}/demo.py" in output
    assert "Nothing was changed" not in output


def _check(place: Workplace, stop: Stop, number: signal.Signals, *arguments: str) -> None:
    """Send the signal; nothing may be changed or left running, and the events say what happened."""
    known = {path: fingerprint(path) for path in (place.target, place.tree, place.cache)}
    with _started(place, stop.variables, *arguments) as (process, name):
        _wait(stop.reached, process)
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == SIGNALS[number], output
    assert _left_running(name) == [], output
    story = events.read(place.root / "events.jsonl")
    assert (story.outcome, story.last["status"]) == ("interrupted", SIGNALS[number])
    for path, before in known.items():
        assert differences(before, fingerprint(path))[:20] == [], f"{path}\n{output}"


@contextmanager
def _started(
    place: Workplace, variables: dict[str, str], *arguments: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a run; its processes carry a variable with the name that is given."""
    name = uuid.uuid4().hex
    links = () if "PIP_INDEX_URL" in variables else ("--no-index", "-f", str(place.root / "links"))
    own = {"SAFE_INSTALL_TEST_RUN": name, "REACHED": str(place.root / "reached")}
    with subprocess.Popen(
        place.command(*links, *arguments, str(place.tree)),
        cwd=place.root,
        env=place.environment(**own, **variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process, name
        finally:
            process.kill()


def _wait(reached: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 120
    while not reached():
        assert process.poll() is None, f"it ended before the signal was sent\n{process.communicate()[0]}"
        assert time.monotonic() < end, "it never came to where the signal is sent"
        time.sleep(0.002)


def _copying(place: Workplace) -> bool:
    return any(place.target.glob("lib/python*/site-packages/bulk/module_2*.py"))


def _left_running(name: str) -> list[str]:
    """Find the processes that were started with a variable of that value."""
    processes = [folder for folder in Path("/proc").glob("[0-9]*") if name.encode() in _read(folder / "environ")]
    return [_read(folder / "cmdline").replace(b"\0", b" ").decode() for folder in processes]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""  # It ended while we looked, or is not ours to read.
