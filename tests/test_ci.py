"""What other tools read of this repository: the action, the hook, and the recipes of docs/ci.md."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from safe_install.command.check import FILES
from safe_install.command.pip_args import parse

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
DOCUMENT = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["name"])
def test_no_input_of_the_action_is_written_into_a_script(step: dict[str, Any]) -> None:
    assert "${{" not in step["run"]
    assert step["shell"] == "bash"
    assert set(re.findall(r"\b(?:INPUT_\w+|ACTION_PATH)\b", step["run"])) == set(step["env"])


def test_every_input_of_the_action_is_used_described_and_documented() -> None:
    assert ACTION["runs"]["using"] == "composite"
    used = {name for step in STEPS for name in re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", str(step))}
    assert used == set(ACTION["inputs"])
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (?:`(.*?)`)? ?\|", DOCUMENT, re.MULTILINE))
    assert rows == {name: each["default"] for name, each in ACTION["inputs"].items()}
    assert all(each["description"] for each in ACTION["inputs"].values())
    # YAML has other ideas of true and false; an input is a string.
    assert all(isinstance(each["default"], str) for each in ACTION["inputs"].values())


def test_the_hook_runs_the_check_on_the_files_that_it_takes() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["id"], hook["language"]) == ("safe-install-check", "python")
    command, *arguments = hook["entry"].split()
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert command in scripts
    assert [each.option.name for each in parse(arguments).given] == ["--check"]
    for place in ("", "lib/"):
        assert all(re.search(hook["files"], f"{place}{name}") for name in FILES)
    assert not any(re.search(hook["files"], name) for name in ("xsetup.py", "setup.pyi", "pyproject.toml.orig"))


def test_the_recipes_are_about_what_there_is() -> None:
    action, gitlab, hooks = map(yaml.safe_load, blocks("yaml"))
    (step,) = [each for each in action["jobs"]["test"]["steps"] if "with" in each and "args" in each["with"]]
    assert set(step["with"]) <= set(ACTION["inputs"])
    assert hooks["repos"][0]["hooks"] == [{"id": "safe-install-check"}]
    (line,) = [line for line in gitlab["test"]["script"] if "bin/safe-install " in line]
    assert [each.option.name for each in parse(line.split()[1:]).given] == ["--python", "--editable"]
    (tox,) = map(tomllib.loads, blocks("toml"))
    command = tox["env_run_base"]["install_command"]
    assert command[0] in tox["env_run_base"]["allowlist_externals"]
    assert [each.option.name for each in parse(command[1:]).given] == ["--python"]
    (nox,) = blocks("python")
    compile(nox, "noxfile.py", "exec")
