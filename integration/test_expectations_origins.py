"""What pip's documentation and the PEPs promise that an installed distribution says of itself (PEP 376, 610, 627)."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from loopback import serving
from small import sdist
from spot import Spot, archive, sum_of
from workplace import GIT


def repository(spot: Spot, folder: str = ".") -> tuple[str, str]:
    """Make a repository with the project in one of its folders and a tag `v1.0`; give its address and commit."""
    root = spot.root / "repository"
    root.mkdir()
    project = spot.project("lib")
    project.rename(root / folder) if folder != "." else project.replace(root)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"], ["tag", "v1.0"]):
        subprocess.run([*GIT, *command], cwd=root, check=True)
    told = subprocess.run([*GIT, "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True, text=True)
    return root.as_uri(), told.stdout.strip()


@pytest.mark.slow
def test_a_folder(either: Spot) -> None:
    """PEP 610, local directories; installer's name and REQUESTED by PEP 376."""
    app = either.project("app")
    either.install(app)
    assert either.origin("app") == {"dir_info": {}, "url": app.as_uri()}
    assert (either.info("app") / "INSTALLER").read_text(encoding="utf-8").strip() == "pip"
    assert either.requested("app")


def test_an_editable_folder(either: Spot) -> None:
    """PEP 610, local directories: `editable` is true."""
    app = either.project("app")
    either.install("-e", app)
    assert either.origin("app") == {"dir_info": {"editable": True}, "url": app.as_uri()}
    assert either.requested("app")


@pytest.mark.slow
def test_extras_are_no_part_of_an_origin(either: Spot) -> None:
    """PEP 610: the address is that of the project."""
    app = either.project("app", "1.0", "Provides-Extra: x", "Requires-Dist: lib; extra == 'x'")
    either.wheel("lib")
    either.install(f"{app}[x]")
    assert either.origin("app") == {"dir_info": {}, "url": app.as_uri()}
    assert (either.requested("app"), either.requested("lib"), either.origin("lib")) == (True, False, None)


@pytest.mark.slow
def test_a_checkout_is_a_folder(either: Spot) -> None:
    """PEP 610: what a version control says of a local directory is not recorded."""
    either.file("app/.git/HEAD", "ref: refs/heads/main\n")
    app = either.root / "app"
    (app / ".git").rename(either.root / "kept")
    app.rmdir()
    either.project("app")
    (either.root / "kept").rename(app / ".git")
    either.install("./app")
    assert either.origin("app") == {"dir_info": {}, "url": app.as_uri()}


def test_an_archive_by_its_address(either: Spot) -> None:
    """PEP 610, archives: the address as it was asked for, without its hash, and the hash."""
    lib = either.sdist("lib")
    either.install(f"lib @ {lib.as_uri()}#sha256={sum_of(lib)}")
    assert either.origin("lib") == archive(lib)


def test_a_folder_of_an_archive(either: Spot) -> None:
    """PEP 610: `subdirectory` is recorded."""
    (either.root / "packed").mkdir()
    either.project("lib").rename(either.root / "packed" / "inner")
    lib = sdist(either.ground.archives, either.root / "packed", "packed-1.0")
    either.install(f"lib @ {lib.as_uri()}#subdirectory=inner")
    assert either.origin("lib") == archive(lib) | {"subdirectory": "inner"}


@pytest.mark.slow
def test_a_wheel_file(spot: Spot) -> None:
    """PEP 610, archives."""
    lib = spot.wheel("lib")
    spot.install(lib)
    assert spot.origin("lib") == archive(lib)


@pytest.mark.slow
def test_a_tag_of_a_repository(either: Spot) -> None:
    """PEP 610, version control: what was asked for, and the commit that it was."""
    address, commit = repository(either)
    either.install(f"lib @ git+{address}@v1.0")
    wanted = {"vcs": "git", "requested_revision": "v1.0", "commit_id": commit}
    assert either.origin("lib") == {"url": address, "vcs_info": wanted}


def test_a_folder_of_a_repository(either: Spot) -> None:
    """PEP 610: `subdirectory` is recorded; no revision was asked for."""
    address, commit = repository(either, "inner")
    either.install(f"git+{address}#egg=lib&subdirectory=inner")
    wanted = {"vcs": "git", "commit_id": commit}
    assert either.origin("lib") == {"url": address, "vcs_info": wanted, "subdirectory": "inner"}


@pytest.mark.slow
def test_an_editable_repository(either: Spot) -> None:
    """PEP 610 and vcs-support: a checkout in `src` of the environment, which is the origin."""
    address, _ = repository(either)
    either.install("-e", f"git+{address}#egg=lib")
    source = either.ground.place.target / "src" / "lib"
    assert either.origin("lib") == {"dir_info": {"editable": True}, "url": source.as_uri()}


def test_a_password_is_not_recorded(either: Spot) -> None:
    """PEP 610: user and password of an address are left out."""
    either.sdist("lib")
    with serving(either.ground.archives) as index:
        address = f"http://127.0.0.1:{index.port}/files/lib-1.0.tar.gz"
        done = either.install("lib @ " + address.replace("//", "//somebody:secret@"))
    assert (either.origin("lib") or {})["url"] == address
    assert "secret" not in done.stdout + done.stderr


@pytest.mark.slow
def test_a_name_has_no_origin(either: Spot) -> None:
    """PEP 610: nothing is recorded for what was found by its name; a dependency was not requested."""
    either.sdist("lib")
    either.sdist("app", "1.0", "Requires-Dist: lib")
    either.install("app")
    assert (either.origin("app"), either.requested("app")) == (None, True)
    assert (either.origin("lib"), either.requested("lib")) == (None, False)


def test_a_constraint_may_say_where_it_comes_from(either: Spot) -> None:
    """user_guide, constraints files: the requirement is then a direct one."""
    lib = either.sdist("lib")
    moved = lib.replace(either.root / lib.name)
    either.file("bounds.txt", f"lib @ {moved.as_uri()}\n")
    either.install("-c", "bounds.txt", either.project("app", "1.0", "Requires-Dist: lib"))
    assert (either.origin("lib"), either.requested("lib")) == (archive(moved), False)


def test_a_name_takes_the_place_of_a_folder(either: Spot) -> None:
    """PEP 610: an origin ends with the installation that it belongs to."""
    app = either.project("app")
    either.install(app)
    either.wheel("app", "1.1")
    either.install("-U", "app")
    assert (either.versions(), either.origin("app")) == ({"app": "1.1"}, None)


@pytest.mark.parametrize(
    "kind", [pytest.param((), marks=pytest.mark.slow, id="regular"), pytest.param(("-e",), id="editable")]
)
def test_the_record_is_right(kind: tuple[str, ...], either: Spot) -> None:
    """PEP 376 and 627: each file with its hash and size, the record itself without."""
    either.install(*kind, either.project("app"))
    assert either.unrecorded("app") == set()
    assert f"{either.info('app').name}/RECORD,," in (either.info("app") / "RECORD").read_text(encoding="utf-8")


@pytest.mark.slow
def test_entry_points_are_scripts(either: Spot) -> None:
    """Entry points specification: a script for each; here of a project and of its dependency."""
    either.sdist("lib", "2.0")
    either.install(either.project("app", "1.0", "Requires-Dist: lib"))
    assert (either.script("app"), either.script("lib")) == ("1.0", "2.0")
    assert "../../../bin/app," in (either.info("app") / "RECORD").read_text(encoding="utf-8")


@pytest.mark.slow
def test_what_is_uninstalled_is_gone(either: Spot) -> None:
    """PEP 376, RECORD: it names all that there is to remove."""
    before = _files(either.ground.place.target)
    either.sdist("lib")
    either.install(either.project("app", "1.0", "Requires-Dist: lib"))
    assert either.ground.place.pip("uninstall", "-y", "app", "lib").returncode == 0
    assert _files(either.ground.place.target) == before


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}
