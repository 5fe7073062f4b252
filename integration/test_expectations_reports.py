"""What pip's documentation promises of `--report`, `--dry-run` and what is printed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from spot import Spot, archive


def reported(path: Path) -> Mapping[str, Any]:
    """Read a report."""
    told = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(told, dict)
    return told


def entries(spot: Spot, *words: str | Path) -> Mapping[str, Mapping[str, Any]]:
    """Install with a report; give its entries, by name."""
    path = spot.root / "report.json"
    spot.install("--report", path, *words)
    return {entry["metadata"]["name"]: entry for entry in reported(path)["install"]}


@pytest.mark.slow
def test_it_says_what_it_is_and_where_it_was_written(either: Spot) -> None:
    """installation-report, specification: version, pip's version, and the environment's markers."""
    path = either.root / "report.json"
    either.install("--dry-run", "--report", path, either.project("app"))
    told = reported(path)
    assert told.keys() == {"version", "pip_version", "install", "environment"}
    assert told["version"] == "1"
    asked = "import platform; print(platform.python_version())"
    assert told["environment"]["python_full_version"] == either.ground.place.ask(asked)


def test_a_folder_is_direct_and_requested(either: Spot) -> None:
    """installation-report: `is_direct`, `requested`, `requested_extras`, and the data of `direct_url.json`."""
    either.wheel("lib")
    app = either.project("app", "1.0", "Provides-Extra: x", "Requires-Dist: lib; extra == 'x'")
    told = entries(either, f"{app}[x]")
    assert told["app"]["download_info"] == either.origin("app") == {"dir_info": {}, "url": app.as_uri()}
    assert (told["app"]["is_direct"], told["app"]["requested"], told["app"]["requested_extras"]) == (True, True, ["x"])
    assert (told["lib"]["is_direct"], told["lib"]["requested"], told["lib"].get("requested_extras")) == (
        False,
        False,
        None,
    )


@pytest.mark.slow
def test_an_editable_folder_says_so(either: Spot) -> None:
    """installation-report, `download_info`: with `editable`, as in `direct_url.json`."""
    app = either.project("app")
    told = entries(either, "-e", app)
    assert told["app"]["download_info"] == {"dir_info": {"editable": True}, "url": app.as_uri()}


def test_what_was_found_by_name_is_told_by_its_archive(either: Spot) -> None:
    """installation-report, `download_info`: the archive that was found, which is in no `direct_url.json`."""
    lib = either.sdist("lib")
    told = entries(either, either.project("app", "1.0", "Requires-Dist: lib"))
    assert told["lib"]["download_info"] == archive(lib)
    assert (told["lib"]["is_direct"], told["lib"]["is_yanked"], told["lib"]["requested"]) == (False, False, False)
    assert either.origin("lib") is None


@pytest.mark.slow
def test_an_archive_by_its_address_is_direct(either: Spot) -> None:
    """installation-report, `is_direct`: its data are those of `direct_url.json`."""
    lib = either.sdist("lib")
    told = entries(either, f"lib @ {lib.as_uri()}")
    assert told["lib"]["download_info"] == either.origin("lib") == archive(lib)
    assert (told["lib"]["is_direct"], told["lib"]["requested"]) == (True, True)


@pytest.mark.slow
def test_metadata_are_the_projects(either: Spot) -> None:
    """installation-report, `metadata`: in the JSON form of PEP 566."""
    app = either.project("app", "1.0", "Summary: An application", "Requires-Python: >=3", "Requires-Dist: lib>=1")
    either.wheel("lib")
    told = entries(either, app)["app"]["metadata"]
    assert (told["name"], told["version"], told["summary"]) == ("app", "1.0", "An application")
    assert (told["requires_python"], told["requires_dist"]) == (">=3", ["lib>=1"])


def test_it_can_be_all_that_is_printed(either: Spot) -> None:
    """Options of pip install, `--report` with `-`: together with `-q` nothing but the report is printed."""
    app = either.project("app")
    done = either.install("--dry-run", "--ignore-installed", "-q", "--report", "-", app)
    (entry,) = json.loads(done.stdout)["install"]
    assert entry["download_info"]["url"] == app.as_uri()


def test_a_plan_changes_nothing(either: Spot) -> None:
    """Options of pip install, `--dry-run`: it says what would be installed."""
    either.sdist("lib", "2.0")
    app = either.project("app", "1.0", "Requires-Dist: lib")
    done = either.refuse("--dry-run", app, status=0)
    assert {"app-1.0", "lib-2.0"} <= set(done.stdout.splitlines()[-1].removeprefix("Would install ").split())


@pytest.mark.slow
def test_nothing_to_do_is_an_empty_list(spot: Spot) -> None:
    """installation-report, `install`: what is installed already is not in it."""
    spot.wheel("lib")
    spot.install("lib")
    assert entries(spot, "lib") == {}


def test_a_failed_run_writes_no_report(either: Spot) -> None:
    """installation-report: it is of what was, or would be, installed."""
    report = either.root / "report.json"
    either.refuse("--report", report, either.project("app", "1.0", "Requires-Dist: absent"))
    assert not report.exists()


@pytest.mark.slow
def test_what_was_withdrawn_is_told(spot: Spot) -> None:
    """installation-report, `is_yanked` (PEP 592): taken where it is pinned, with a warning that has the reason."""
    lib = spot.wheel("lib")
    page = f'<a href="{lib.name}" data-yanked="it is wrong">{lib.name}</a>'
    spot.ground.archives.joinpath("page.html").write_text(page, encoding="utf-8")
    report = spot.root / "report.json"
    done = spot.install("--report", report, "lib==1.0")
    assert reported(report)["install"][0]["is_yanked"] is True
    assert "it is wrong" in done.stderr


def test_quiet_means_that_nothing_is_printed(either: Spot) -> None:
    """Options of pip, `-q`: output is kept to what is wrong."""
    assert either.install("-q", either.project("app")).stdout == ""


@pytest.mark.slow
def test_a_log_has_more_than_was_printed(either: Spot) -> None:
    """Options of pip, `--log`: a verbose log, to which is appended."""
    log = either.file("pip.log", "before\n")
    either.install("-q", "--log", log, either.project("app"))
    text = log.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert "Successfully installed app-1.0" in text
