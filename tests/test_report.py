"""pip's report names the folders of local projects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from safe_install.commit import Item
from safe_install.errors import ReportUnwritable
from safe_install.kinds import Wheel
from safe_install.model import BuildSystem, Built, Project, Recipe
from safe_install.report import Report

SYSTEM = BuildSystem(("setuptools",))
WHEEL = Path("/scratch/demo-1.0-py3-none-any.whl")
OTHER = {"download_info": {"url": "https://h/six.whl", "archive_info": {}}, "metadata": {"name": "six"}}


def item(wheel: Wheel) -> Item:
    return Item(Project(Path("/home/demo"), SYSTEM), Recipe(SYSTEM, wheel), Built(WHEEL, "demo", "1.0"))


@pytest.mark.parametrize(("wheel", "info"), [(Wheel.REGULAR, {}), (Wheel.EDITABLE, {"editable": True})])
def test_a_folder_stands_where_its_wheel_did(wheel: Wheel, info: dict[str, bool], tmp_path: Path) -> None:
    report = Report.wanted(str(tmp_path / "out.json"), tmp_path)
    assert report.words == ("--report", str(report.draft))
    ours = {"download_info": {"url": WHEEL.as_uri(), "archive_info": {}}, "metadata": {"name": "démo"}}
    report.draft.write_text(json.dumps({"version": "1", "install": [ours, OTHER]}), encoding="utf-8")
    report.write({WHEEL.as_uri(): item(wheel)})
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert told == {
        "version": "1",
        "install": [
            {"download_info": {"url": "file:///home/demo", "dir_info": info}, "metadata": {"name": "démo"}},
            OTHER,
        ],
    }


def test_a_dash_is_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = Report.wanted("-", tmp_path)
    report.draft.write_text(json.dumps({"install": [OTHER]}), encoding="utf-8")
    report.write({})
    assert json.loads(capsys.readouterr().out) == {"install": [OTHER]}


def test_what_a_second_run_of_pip_installs_is_in_it_too(tmp_path: Path) -> None:
    report = Report.wanted(str(tmp_path / "out.json"), tmp_path)
    ours = {"download_info": {"url": WHEEL.as_uri()}, "metadata": {"name": "demo"}}
    report.draft.write_text(json.dumps({"install": [OTHER]}), encoding="utf-8")
    assert not report.names(WHEEL.as_uri())
    report.second.draft.write_text(json.dumps({"install": [ours]}), encoding="utf-8")
    report.write({WHEEL.as_uri(): item(Wheel.REGULAR)})
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [each["metadata"]["name"] for each in told["install"]] == ["six", "demo"]
    assert report.names(OTHER["download_info"]["url"])  # type: ignore[index]
    report.begin()
    assert not report.names(OTHER["download_info"]["url"])  # type: ignore[index]


def test_a_plan_is_written_for_the_tool_alone(tmp_path: Path) -> None:
    report = Report.wanted(None, tmp_path, plans=True)
    assert report.words == ("--report", str(report.draft))
    report.draft.write_text(json.dumps({"install": []}), encoding="utf-8")
    report.write({})
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_without_the_option_there_is_none(tmp_path: Path) -> None:
    report = Report.wanted(None, tmp_path)
    report.write({})
    assert (report.words, list(tmp_path.iterdir())) == ((), [])


def test_a_place_that_takes_none_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere" / "report.json"):
        with pytest.raises(ReportUnwritable, match="the report cannot be written to"):
            Report.wanted(str(place), tmp_path).refuse_if_unwritable()
    for good in (None, "-", str(tmp_path / "report.json")):
        Report.wanted(good, tmp_path).refuse_if_unwritable()


def test_a_place_that_is_gone_by_then_is_told(tmp_path: Path) -> None:
    report = Report.wanted(str(tmp_path / "nowhere" / "report.json"), tmp_path)
    report.draft.write_text(json.dumps({"install": []}), encoding="utf-8")
    with pytest.raises(ReportUnwritable):
        report.write({})
