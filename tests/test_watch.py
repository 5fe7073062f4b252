"""What is written down of the requirements that pip could not build; the real pips are met in integration/."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from safe_install.scripts import watch
from trees import tree

CACHE = """
class SimpleWheelCache:
    def _get_cache_path_parts(self, link):
        return ["ab", "cd"]
"""
TRACKER = """
import logging
logger = logging.getLogger(__name__)

class Tracker:
    def __init__(self):
        self.entries = []

    def add(self, requirement):
        self.entries.append(requirement)
        logger.debug("Added %s to build tracker %r", requirement, "/tmp")

    def remove(self, requirement):
        self.entries.remove(requirement)
        logger.debug("Removed %s from build tracker %r", requirement, "/tmp")

    def cleanup(self):
        for requirement in list(self.entries):
            self.remove(requirement)
"""
BUILDER = """
import logging
logger = logging.getLogger(__name__)

def failed(requirement):
    logger.error("Failed building %s for %s", "wheel", requirement.name)

def developed(requirement):
    logger.info("Running setup.py develop for %s", requirement.name)
"""
MAIN = """
import logging, sys
from types import SimpleNamespace
from {tracker} import Tracker
from pip._internal.wheel_builder import failed, developed, logger
logging.basicConfig(level=logging.INFO, stream=sys.stdout)
# As pip's own.
logging.getLogger().handlers[0].setLevel(logging.INFO)

class Requirement:
    def __init__(self, name, url):
        self.name, self.link, self.editable = name, SimpleNamespace(url=url), False
        self.source_dir = "/trees/" + name
        self.config_settings = {{"a": ["b", "c"]}} if name == "bad" else None
        self.download_info = SimpleNamespace(to_json=lambda: '{{"url": "u", "vcs_info": {{}}}}')
    def __str__(self):
        return self.name + " from " + self.link.url

names = ("good", "bad", "wheel", "old", "older")
good, bad, wheel, old, older = (Requirement(name, "https://h/" + name) for name in names)
tracker = Tracker()
for each in (good, wheel, old, older):
    tracker.add(each)
    tracker.remove(each)
tracker.add(bad)
print("argv", sys.argv[1:])
tracker.cleanup()
failed(wheel)
developed(good)
developed(old)
logger.error("something else, and develop it is not")
logger.critical("%s", "python setup.py develop exited with 1")
developed(older)
logger.info("python setup.py develop")
sys.exit(3)
"""


def run(place: Path, tracker: str) -> tuple[subprocess.CompletedProcess[str], list[dict[str, Any]]]:
    module = tracker.replace(".", "/")
    packages = {f"{Path(*Path(module).parts[:end])}/__init__.py": "" for end in range(1, len(Path(module).parts))}
    root = tree(
        place / "site",
        {
            **packages,
            "pip/__main__.py": MAIN.format(tracker=tracker),
            "pip/_internal/cache.py": CACHE,
            f"{module}.py": TRACKER,
            "pip/_internal/wheel_builder.py": BUILDER,
        },
    )
    answer = place / "answer"
    words = [sys.executable, watch.__file__, str(answer), "pip", "install", "--pre"]
    done = subprocess.run(words, cwd=place, env={"PYTHONPATH": str(root)}, capture_output=True, text=True, check=False)
    assert answer.exists(), done.stderr
    return done, [json.loads(line) for line in answer.read_text().splitlines()]


@pytest.mark.parametrize("tracker", ["pip._internal.operations.build.build_tracker", "pip._internal.req.req_tracker"])
def test_what_is_left_in_the_tracker_and_wheels_that_failed_are_told(tracker: str, tmp_path: Path) -> None:
    done, told = run(tmp_path, tracker)
    assert done.returncode == 3, done.stderr
    assert [row["name"] for row in told] == ["bad", "wheel", "old"]
    assert told[0] == {
        "name": "bad",
        "text": "bad from https://h/bad",
        "url": "https://h/bad",
        "tree": "/trees/bad",
        "editable": False,
        "cached_at": ["ab", "cd"],
        "origin": '{"url": "u", "vcs_info": {}}',
        "config_settings": {"a": ["b", "c"]},
    }


@pytest.mark.parametrize(
    ("message", "told", "name"),
    [
        ("Failed building %s for %s", ("wheel", "demo"), "demo"),
        ("Failed building wheel for %s", ("demo",), "demo"),
        ("%s", (type("LegacyInstallFailure", (Exception,), {"context": "demo"})(),), "demo"),
        ("%s: %s", ("Running setup.py install for demo", "finished with status 'error'"), "demo"),
        ("%s: %s", ("Running setup.py install for demo", "finished with status 'done'"), ""),
        ("%s", ("Running setup.py install for demo",), ""),
        ("Successfully installed", (), ""),
    ],
)
def test_pips_of_every_age_say_what_failed(message: str, told: tuple[object, ...], name: str) -> None:
    assert watch._failed_in(message, told) == name


HASHED: dict[str, Any] = {
    "hash": f"sha256={hashlib.sha256(b'sdist').hexdigest()}",
    "hashes": {"sha256": hashlib.sha256(b"sdist").hexdigest()},
}


@pytest.mark.parametrize(
    ("noted", "archive", "origin"),
    [
        (None, True, {"url": "https://h/a.tar.gz", "archive_info": HASHED}),
        ({"url": "u", "archive_info": {}}, True, {"url": "u", "archive_info": HASHED}),
        ({"url": "u", "archive_info": {"hash": "md5=1"}}, True, {"url": "u", "archive_info": HASHED}),
        ({"url": "u", "archive_info": {}}, False, {"url": "u", "archive_info": {}}),
        ({"url": "u", "archive_info": {"hashes": {"sha256": "1"}}}, True, None),
        ({"url": "u", "vcs_info": {"commit_id": "1"}}, False, None),
        ({"url": "u", "dir_info": {}}, False, None),
        (None, False, None),
    ],
)
def test_the_hash_of_an_archive_is_told_where_pip_has_not_noted_it(
    noted: dict[str, Any] | None, archive: bool, origin: dict[str, Any] | None, tmp_path: Path
) -> None:
    sdist = tmp_path / "a.tar.gz"
    if archive:
        sdist.write_bytes(b"sdist")
    requirement = SimpleNamespace(
        link=SimpleNamespace(url_without_fragment="https://h/a.tar.gz"), local_file_path=str(sdist)
    )
    if noted is not None:
        requirement.download_info = SimpleNamespace(to_json=lambda: json.dumps(noted))
    told = watch._origin(requirement)
    assert (told and json.loads(told)) == (origin or noted)


def test_an_archive_is_told_by_the_hashes_that_it_is_asked_for_by(tmp_path: Path) -> None:
    sdist = tmp_path / "a.tar.gz"
    sdist.write_bytes(b"sdist")
    requirement = SimpleNamespace(
        link=SimpleNamespace(url_without_fragment="https://h/a.tar.gz"),
        local_file_path=str(sdist),
        hash_options={"sha512": ["1"], "sha256": ["2"]},
    )
    told = json.loads(watch._origin(requirement) or "")["archive_info"]
    assert told["hashes"] == HASHED["hashes"] | {"sha512": hashlib.sha512(b"sdist").hexdigest()}
    assert told["hash"] == HASHED["hash"]


def test_pip_says_what_it_would_say(tmp_path: Path) -> None:
    done, _ = run(tmp_path, "pip._internal.req.req_tracker")
    assert "argv ['install', '--pre']" in done.stdout
    assert "build tracker" not in done.stdout


def test_no_module_of_the_users_folder_stands_in_for_one_of_pythons(tmp_path: Path) -> None:
    tree(tmp_path, {"types.py": "raise SystemExit('the user's own')", "logging.py": "x = 1"})
    done, told = run(tmp_path, "pip._internal.req.req_tracker")
    assert (done.returncode, len(told)) == (3, 3), done.stderr
