"""What pip refuses is refused with pip's status, in words, and nothing is lost."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from fingerprint import differences, fingerprint
from loopback import ONLY
from workplace import Workplace

PLATFORM = "demo-1.0-cp39-cp39-win_amd64.whl"


@pytest.fixture
def ground(place: Workplace) -> Workplace:
    """Lay files that are not what they are taken for."""
    place.make_target()
    place.tree.mkdir()
    place.write(
        {
            "self.txt": "-r again.txt\n",
            "again.txt": "-r self.txt\n",
            "absent.txt": "-r nowhere.txt\n",
            "unreadable.txt": "six ===== 1\n",
            "hashed.txt": "./demo --hash=sha256:00\n",
            "demo/setup.py": "from setuptools import setup\nsetup(name='demo', version='1')\n",
            "text.tar.gz": "this is no archive",
            PLATFORM: "nor is this",
            "no.whl": "nor has this a name",
        }
    )
    with tarfile.open(place.tree / "escaping-1.0.tar.gz", "w:gz") as archive:
        for name in ("escaping-1.0/setup.py", "escaping-1.0/../../../stolen"):
            member = tarfile.TarInfo(name)
            member.size = 1
            archive.addfile(member, io.BytesIO(b"\n"))
    return place


@pytest.mark.parametrize(
    "words",
    [
        "-r self.txt",
        "-r nowhere.txt",
        "-r absent.txt",
        "-r unreadable.txt",
        "-r hashed.txt",
        "--user --target elsewhere six",
        "--require-hashes six",
        "--python-version 3.9 six",
        "--report nowhere/report.json nosuch",
        "--no-such-option six",
        "-c nowhere.txt six",
        "nosuch",
        "six=1",
        "htp://host/demo-1.0.tar.gz",
        "git+nowhere://host/repository",
        "http://127.0.0.1:9/demo-1.0.tar.gz",
        "--index-url http://127.0.0.1:9/simple nosuch",
        "./text.tar.gz",
        "./escaping-1.0.tar.gz",
        f"./{PLATFORM}",
        "./no.whl",
        "./nowhere.whl",
        "-e six",
    ],
)
def test_it_is_refused_as_pip_refuses_it(words: str, ground: Workplace) -> None:
    # Retries would only take their time.
    variables = ONLY | {"PIP_NO_INDEX": "" if "--index-url" in words else "1", "PIP_RETRIES": "0", "PIP_TIMEOUT": "2"}
    before = fingerprint(ground.target)
    theirs = _run(ground, [str(ground.python), "-m", "pip", "install", *words.split()], variables)
    ours = _run(ground, [*ground.command(), *words.split()], variables)
    assert theirs.returncode != 0
    assert ours.returncode == theirs.returncode, f"{theirs.stderr}\n---\n{ours.stderr}"
    assert ours.stderr.strip()
    assert "Traceback" not in ours.stderr or "Traceback" in theirs.stderr
    assert not differences(before, fingerprint(ground.target))
    assert not list(ground.root.glob("**/stolen"))


def _run(ground: Workplace, command: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environment = ground.environment(**variables)
    return subprocess.run(
        command, cwd=ground.tree, env=environment, capture_output=True, text=True, errors="replace", check=False
    )


def test_a_report_that_cannot_be_written_changes_nothing_more_than_with_pip(ground: Workplace, tmp_path: Path) -> None:
    run = ground.safe_install("--report", tmp_path / "nowhere" / "report.json", "--dry-run", ground.tree / "demo")
    assert run.status != 0, run
    assert run.stderr.strip()
