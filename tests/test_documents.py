"""The documents agree with the code and with one another."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from safe_install.ladder import LADDER

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_inside_the_repository_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8"))
    missing = [link for link in links if not (document.parent / link).exists()]
    assert not missing


def test_every_remedy_is_documented_at_its_rung() -> None:
    rows = re.findall(r"^\| (\d) \| `([a-z-]+)`", text_of("docs/remedies.md"), re.MULTILINE)
    assert rows == list(dict.fromkeys((str(remedy.rung), remedy.name) for remedy in LADDER))


def test_every_event_is_documented() -> None:
    schema = json.loads(text_of("src/safe_install/events/events.schema.json"))
    names = [each["$ref"].rpartition("/")[2] for each in schema["oneOf"]]
    assert re.findall(r"^\| `([a-z.]+)` \|", text_of("docs/events.md"), re.MULTILINE) == names


def test_every_nox_session_stands_in_contributing() -> None:
    sessions = re.findall(r"^@nox\.session.*\ndef (\w+)", text_of("noxfile.py"), re.MULTILINE)
    contributing = text_of("CONTRIBUTING.md")
    assert [name for name in sessions if f"nox -s {name}" not in contributing] == []


def test_the_commands_of_the_readme_name_what_is_there() -> None:
    readme = text_of("README.md")
    (project,) = re.findall(r"safe-install -e (integration/\S+)", readme)
    assert (ROOT / project / "pyproject.toml").is_file()
    assert "python -m pip install nox && nox" in readme
    assert "nox" in text_of(".ci/run")
