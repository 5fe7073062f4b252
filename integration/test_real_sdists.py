"""Five real sdists that nobody can build today, among twenty healthy requirements, are installed in one go."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

import pytest
from packaging.utils import canonicalize_name

import pythons
from workplace import Run, Workplace

BROKEN: Final = ("PyYAML==5.4.1", "html5lib==1.1", "pendulum==2.1.2", "hiredis==1.1.0", "flake8-tuple==0.2.5")
HEALTHY: Final = (
    *("attrs", "boltons", "certifi", "charset-normalizer", "click", "colorama", "decorator", "docutils", "idna"),
    *("iniconfig", "itsdangerous", "more-itertools", "packaging", "platformdirs", "pluggy", "Pygments", "requests"),
    *("six", "tabulate", "urllib3"),
)


def installed(place: Workplace, listed: Path, temporary: Path) -> Run:
    """Install the list into a target made anew, and check that all of it is there and nothing else is left."""
    place.make_target()
    temporary.mkdir()
    caches = {"XDG_CACHE_HOME": str(place.root / "caches"), "TMPDIR": str(temporary)}
    # html5lib has a wheel, too, and is asked for as the sdist that it was for others.
    run = place.safe_install("--no-binary", "html5lib", "-r", listed, **caches)
    assert run.status == 0, run
    frozen = subprocess.run([place.python, "-m", "pip", "freeze"], capture_output=True, text=True, check=True).stdout
    versions = {canonicalize_name(name): version for name, _, version in map(_parted, frozen.splitlines())}
    assert all(versions[canonicalize_name(name)] == version for name, _, version in map(_parted, BROKEN)), frozen
    assert place.pip("check").returncode == 0
    # A build that dies may leave a file of its own, as poetry-core does.
    assert [name for name in os.listdir(temporary) if name.startswith(("safe-install-", "pip-"))] == []
    return run


def _parted(pinned: str) -> tuple[str, str, str]:
    return pinned.partition("==")


@pytest.mark.slow
def test_five_among_twenty(tmp_path: Path) -> None:
    python = pythons.found("3.12")
    if python is None:
        pytest.skip("there is no Python 3.12")
    listed = tmp_path / "requirements.txt"
    listed.write_text("\n".join((*BROKEN, *HEALTHY, "")), encoding="utf-8")
    first, second = Workplace(tmp_path / "first", python), Workplace(tmp_path / "second", python)
    for place in (first, second):
        place.root.mkdir()
    run = installed(first, listed, tmp_path / "temporary")
    assert len(run.story.named("remedy.proven")) == len(BROKEN), run

    # The wheels are remembered: nothing is built again, whatever the target.
    (first.root / "caches").rename(second.root / "caches")
    again = installed(second, listed, tmp_path / "temporary again")
    assert again.story.attempts == 0, again
