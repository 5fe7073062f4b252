"""What pip's documentation promises of requirements files, groups and hashes."""

from __future__ import annotations

import pytest

from loopback import serving
from spot import Spot, archive, sum_of


def test_lines_are_joined_and_comments_are_not_read(either: Spot) -> None:
    """requirements-file-format: line continuations, comments; paths start where pip is run."""
    either.project("app")
    either.sdist("lib")
    text = "# all of it\n./app \\\n  --config-settings a=b\nlib==\\\n1.0 # the last\n#./absent\n"
    either.install("-r", either.file("deeper/all.txt", text))
    assert either.versions() == {"app": "1.0", "lib": "1.0"}


def test_variables_are_replaced(either: Spot) -> None:
    """requirements-file-format, using environment variables: `${NAME}` in capitals, and no other form."""
    either.project("app")
    either.sdist("lib")
    either.install("-r", either.file("all.txt", "-e ${WHERE}/app\n${WHAT}\n"), WHERE=str(either.root), WHAT="lib")
    assert either.versions() == {"app": "1.0", "lib": "1.0"}
    assert either.built("app")["hook"] == "build_editable"


def test_a_file_may_include_another_and_constraints(either: Spot) -> None:
    """requirements-file-format, referring to other files: by paths that start at the file."""
    either.project("app", "1.0", "Requires-Dist: lib")
    either.wheel("lib", "1.0")
    either.wheel("lib", "2.0")
    either.file("deeper/more.txt", "-c ../bounds/old.txt\n./app\n")
    either.file("bounds/old.txt", "lib<2\n")
    either.install("-r", either.file("all.txt", "-r deeper/more.txt\n"))
    assert either.versions() == {"app": "1.0", "lib": "1.0"}


@pytest.mark.parametrize(
    ("encoding", "first"),
    [
        pytest.param("latin-1", "# -*- coding: latin-1 -*-\n", id="told"),
        pytest.param("utf-8", "", marks=pytest.mark.slow, id="usual"),
        pytest.param("utf-8-sig", "", marks=pytest.mark.slow, id="marked"),
    ],
)
def test_an_encoding_may_be_told(encoding: str, first: str, either: Spot) -> None:
    """requirements-file-format, encoding: UTF-8, a byte order mark, or what a comment says (PEP 263)."""
    either.project("app").rename(either.root / "größer")
    listed = either.file("all.txt", "")
    listed.write_bytes(f"{first}./größer\n".encode(encoding))
    either.install("-r", listed)
    assert either.versions() == {"app": "1.0"}


def test_options_in_a_file_are_for_the_whole_run(either: Spot) -> None:
    """requirements-file-format, global options: here of what else is on the command line."""
    either.wheel("lib")
    either.sdist("lib")
    either.ground.archives.rename(either.root / "elsewhere")
    either.ground.archives.mkdir()
    listed = either.file("all.txt", "--find-links elsewhere\n--no-binary lib\n")
    either.install("-r", listed, "lib")
    assert either.built("lib")["hook"] == "build_wheel"


@pytest.mark.slow
def test_a_file_may_be_an_address(either: Spot) -> None:
    """user_guide, requirements files: they can be served."""
    either.sdist("lib")
    (either.ground.archives / "all-.txt").write_text("lib\n", encoding="utf-8")
    with serving(either.ground.archives) as index:
        either.install("-r", f"http://127.0.0.1:{index.port}/files/all-.txt")
    assert either.versions() == {"lib": "1.0"}


def test_what_is_wrong_in_a_file_is_told_by_its_own_name_and_line(either: Spot) -> None:
    """requirements-file-format: also when a project stands before it."""
    either.project("app")
    done = either.refuse("-r", either.file("all.txt", "./app\n\n===wrong\n"))
    assert "line 3 of" in done.stderr
    assert str(either.root / "all.txt") in done.stderr


@pytest.mark.slow
def test_a_group_is_a_list_of_requirements(either: Spot) -> None:
    """user_guide, dependency groups; PEP 735: groups may include each other."""
    lib = either.sdist("lib")
    either.wheel("other")
    told = f'[dependency-groups]\none = ["lib @ {lib.as_uri()}"]\nall = ["other", {{include-group = "one"}}]\n'
    either.install("--group", f"{either.file('groups/pyproject.toml', told)}:all")
    assert either.versions() == {"lib": "1.0", "other": "1.0"}
    assert either.requested("lib")


@pytest.mark.parametrize(
    "algorithm", ["sha512", *(pytest.param(each, marks=pytest.mark.slow) for each in ("sha256", "sha384"))]
)
def test_a_hash_is_checked(algorithm: str, either: Spot) -> None:
    """secure-installs, hash algorithms: of the archive from which the wheel is built."""
    lib = either.sdist("lib")
    either.install("-r", either.file("all.txt", f"lib==1.0 --hash={algorithm}:{sum_of(lib, algorithm)}\n"))
    assert either.versions() == {"lib": "1.0"}
    assert either.origin("lib") is None


@pytest.mark.slow
def test_one_of_several_hashes_is_enough(either: Spot) -> None:
    """secure-installs, multiple hashes per package."""
    lib = either.sdist("lib")
    digests = ("0" * 64, sum_of(lib))
    either.install("-r", either.file("all.txt", "lib==1.0 " + " ".join(f"--hash=sha256:{each}" for each in digests)))
    assert either.versions() == {"lib": "1.0"}


@pytest.mark.slow
def test_a_wrong_hash_is_refused(either: Spot) -> None:
    """secure-installs: before anything of the archive is run."""
    either.sdist("lib")
    done = either.refuse("-r", either.file("all.txt", f"lib==1.0 --hash=sha512:{'0' * 128}\n"))
    assert "DO NOT MATCH THE HASHES" in done.stderr


@pytest.mark.slow
def test_a_weak_hash_is_refused(spot: Spot) -> None:
    """secure-installs, hash algorithms: MD5 and its like are no protection."""
    lib = spot.sdist("lib")
    done = spot.run("-r", spot.file("all.txt", f"lib==1.0 --hash=md5:{sum_of(lib, 'md5')}\n"))
    assert done.status != 0
    assert "sha256, sha384, sha512" in done.stderr
    assert spot.versions() == {}


def test_a_hash_in_an_address_is_enough(either: Spot) -> None:
    """secure-installs, additional restrictions: hashes that stand in URLs suffice."""
    lib = either.sdist("lib")
    listed = either.file("all.txt", f"lib @ {lib.as_uri()}#sha256={sum_of(lib)}\n")
    either.install("--require-hashes", "-r", listed)
    assert either.origin("lib") == archive(lib)


def test_a_dependency_needs_a_hash_too(either: Spot) -> None:
    """secure-installs, additional restrictions: hashes are required for all dependencies."""
    either.wheel("other")
    lib = either.sdist("lib", "1.0", "Requires-Dist: other")
    done = either.refuse("-r", either.file("all.txt", f"lib==1.0 --hash=sha256:{sum_of(lib)}\n"))
    assert "==" in done.stderr
    assert "other" in done.stderr


@pytest.mark.slow
def test_every_requirement_needs_a_hash(either: Spot) -> None:
    """secure-installs, additional restrictions: one hash asks for all the others."""
    other = either.wheel("other")
    either.sdist("lib")
    done = either.refuse("-r", either.file("all.txt", f"lib==1.0\nother==1.0 --hash=sha256:{sum_of(other)}\n"))
    assert "Hashes are required in --require-hashes mode" in done.stderr


@pytest.mark.parametrize(
    "kind", [pytest.param("", id="regular"), pytest.param("-e ", marks=pytest.mark.slow, id="editable")]
)
def test_a_folder_has_no_hash(kind: str, either: Spot) -> None:
    """secure-installs: what cannot be checked is refused while hashes are required."""
    either.project("app")
    done = either.refuse("--require-hashes", "-r", either.file("all.txt", f"{kind}./app\n"))
    assert "directories" in done.stderr or "editable" in done.stderr
