"""What pip cannot build is healed wherever it comes from, and pip installs it as if it had built it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Final

import pytest

from fingerprint import differences, fingerprint
from ground import Ground, sdist
from small import broken_tree
from workplace import GIT, Workplace

OLD_PIP: Final = "21.2.4"
LOCKED: Final = """\
lock-version = "1.0"
created-by = "hand"
packages = [{{name = "broken", directory = {{path = "broken"}}}}]
"""
DEAD: Final = "from setuptools import setup\nraise SystemExit('this release is dead')\n"


@pytest.fixture
def older_ground(tmp_path: Path, archives: Path, python_310: Path) -> Ground:
    """Give a target on which a pip of long ago runs; what of the archives is used here is pure Python."""
    place = Workplace(tmp_path, python_310)
    place.make_target()
    shutil.copytree(archives, tmp_path / "archives")
    place.tree.mkdir()
    return Ground(place, tmp_path / "archives")


def old_pip(ground: Ground) -> None:
    """Give the target a pip that knows neither editable wheels nor proven ones with hashes."""
    done = ground.place.pip("install", "--quiet", f"pip=={OLD_PIP}")
    assert done.returncode == 0, done.stderr


def repository(ground: Ground) -> str:
    """Make a repository of such a project, and give its address."""
    path = sdist(ground.place.root, "broken")
    with tarfile.open(path) as archive:
        archive.extractall(ground.place.root / "repository", filter="data")
    tree = ground.place.root / "repository" / "broken-1.0"
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        subprocess.run([*GIT, *command], cwd=tree, check=True)
    return f"git+{tree.as_uri()}"


def test_one_by_name_and_one_that_another_needs(ground: Ground) -> None:
    sdist(ground.archives, "broken", "nested", "six")
    sdist(ground.archives, "nested")
    run = ground.run("broken", "idna")
    assert run.status == 0, run
    assert ground.place.ask("import broken, nested, six, idna") == ""
    assert ground.installed("broken") == {"direct_url": None, "requested": True, "installer": "pip"}
    assert ground.installed("nested") == {"direct_url": None, "requested": False, "installer": "pip"}
    assert [tuple(end["remedies"]) for end in run.story.last["projects"]] == [("constrain-requires",)] * 2


@pytest.mark.parametrize("form", ["{path}", "./broken-1.0.tar.gz[x]", "broken @ {url}", "-r requirements.txt"])
def test_an_archive(form: str, ground: Ground) -> None:
    path = sdist(ground.place.root, "broken")
    (ground.place.root / "requirements.txt").write_text("idna\n./broken-1.0.tar.gz\n", encoding="utf-8")
    words = form.format(path=path, url=path.as_uri())
    run = ground.run(*(words.split() if words.startswith("-r") else [words]))
    assert run.status == 0, run
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    info = {"hash": f"sha256={digest}", "hashes": {"sha256": digest}}
    assert ground.installed("broken")["direct_url"] == {"archive_info": info, "url": path.as_uri()}
    assert ground.installed("broken")["requested"]


def test_a_repository(ground: Ground) -> None:
    address = repository(ground)
    run = ground.run(f"broken @ {address}")
    assert run.status == 0, run
    direct = ground.installed("broken")["direct_url"]
    assert isinstance(direct, dict)
    assert (direct["url"], direct["vcs_info"]["vcs"]) == (address.removeprefix("git+"), "git")


def test_an_editable_repository(ground: Ground) -> None:
    run = ground.run("-e", f"{repository(ground)}#egg=broken")
    assert run.status == 0, run
    source = ground.place.target / "src" / "broken"
    assert ground.installed("broken")["direct_url"] == {"dir_info": {"editable": True}, "url": source.as_uri()}
    assert ground.place.ask("import broken; print(broken.__file__)") == str(source / "broken.py")


def test_a_project_behind_a_marker(ground: Ground) -> None:
    path = sdist(ground.place.root, "broken")
    with tarfile.open(path) as archive:
        archive.extractall(ground.place.root, filter="data")
    run = ground.run("./broken-1.0 ; python_version > '3'")
    assert run.status == 0, run
    origin = (ground.place.root / "broken-1.0").as_uri()
    assert ground.installed("broken")["direct_url"] == {"dir_info": {}, "url": origin}


def test_with_hashes_the_sdist_is_checked_and_its_wheel_is_taken(ground: Ground) -> None:
    path = sdist(ground.archives, "broken")
    listed = ground.place.root / "requirements.txt"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    listed.write_text(f"broken==1.0 --hash=sha256:{digest}\n", encoding="utf-8")
    run = ground.run("-r", listed)
    assert run.status == 0, run
    before = fingerprint(ground.place.target)
    listed.write_text(f"broken==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    run = ground.run("--force-reinstall", "-r", listed)
    assert (run.status, "DO NOT MATCH THE HASHES" in run.stderr) == (1, True), run
    assert not differences(before, fingerprint(ground.place.target))


def test_an_old_pip_that_does_not_take_the_wheel_with_hashes_is_upgraded(older_ground: Ground) -> None:
    path = sdist(older_ground.archives, "broken")
    old_pip(older_ground)
    listed = older_ground.place.root / "requirements.txt"
    listed.write_text(f"broken==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    before = fingerprint(older_ground.place.target)
    assert older_ground.run("-r", listed).status == 1
    assert not differences(before, fingerprint(older_ground.place.target))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    listed.write_text(f"broken==1.0 --hash=sha256:{digest}\n", encoding="utf-8")
    run = older_ground.run("-r", listed)
    assert run.status == 0, run
    assert run.story.remedies == ("constrain-requires", "newer-pip")
    assert older_ground.place.ask("import broken, pip; print(pip.__version__)") != OLD_PIP


def test_an_old_pip_that_knows_no_editable_wheels_stays(older_ground: Ground) -> None:
    old_pip(older_ground)
    text = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n'
    older_ground.place.write({"pyproject.toml": f'{text}[project]\nname = "broken"\nversion = "1"\n', "broken.py": ""})
    older_ground.place.commit_tree()
    run = older_ground.run("-e", f"git+{older_ground.place.tree.as_uri()}#egg=broken")
    assert (run.status, run.story.attempts, run.story.remedies) == (0, 1, ()), run
    assert older_ground.place.ask("import broken, pip; print(pip.__version__)") == OLD_PIP


def test_the_next_run_knows_the_wheel(ground: Ground) -> None:
    sdist(ground.archives, "broken")
    assert ground.run("broken").status == 0
    ground.place.pip("uninstall", "-y", "broken")
    again = ground.run("broken")
    assert again.status == 0, again
    assert not again.story.named("attempt.started")
    (event,) = again.story.named("dependency.failed")
    assert (event["wheel"], event["changes"]) == ("broken-1.0-py3-none-any.whl", ["setuptools<82"])


def test_what_cannot_be_healed_fails_and_changes_nothing(ground: Ground) -> None:
    sdist(ground.archives, "broken")
    sdist(ground.archives, "dead", setup=DEAD)
    before = fingerprint(ground.place.target)
    run = ground.run("six", "broken", "dead")
    assert run.status == 1, run
    assert "this release is dead" in run.stderr
    assert not differences(before, fingerprint(ground.place.target))


@pytest.mark.parametrize(
    ("words", "file", "text"),
    [
        ("--group dev", "pyproject.toml", '[dependency-groups]\ndev = ["broken @ {url}"]\n'),
        ("--requirements-from-script run.py", "run.py", '# /// script\n# dependencies = ["broken @ {url}"]\n# ///\n'),
        (
            "-r pylock.toml",
            "pylock.toml",
            LOCKED,
        ),
    ],
)
def test_a_project_in_a_list_in_toml(words: str, file: str, text: str, ground: Ground) -> None:
    project = broken_tree(ground.place.root / "broken", "broken")
    (ground.place.root / file).write_text(text.format(url=project.as_uri()), encoding="utf-8")
    run = ground.run(*words.split())
    assert run.status == 0, run
    assert run.story.remedies == ("repair-build-system",)
    origin = {"dir_info": {}, "url": project.as_uri()}
    assert ground.installed("broken") == {"direct_url": origin, "requested": True, "installer": "pip"}
