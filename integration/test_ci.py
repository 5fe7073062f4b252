"""The action's own steps, and the recipe for tox, as their runners run them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import cases
from workplace import Workplace

ROOT = Path(__file__).parents[1]
HOSTILE = ('"; touch owned; "', "$(touch owned)", "`touch owned`", "'\nopen('owned', 'w')\n'")
SAMPLE = cases.PROJECTS / "misspelt-root-hatchling" / "project"


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the first step of the action: safe-install from its checkout, in a folder of the runner's."""
    folder = tmp_path_factory.mktemp("runner")
    done = step(0, folder, folder, ACTION_PATH=str(ROOT))
    assert done.returncode == 0, done.stderr
    return folder


def step(
    number: int, temporary: Path, directory: Path, environment: dict[str, str] | None = None, **given: str
) -> subprocess.CompletedProcess[str]:
    """Run a step of the action as the runner does: inputs that are not given have their defaults."""
    action: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    written = action["runs"]["steps"][number]
    variables = dict(given)
    for name, value in written["env"].items():
        if found := re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value):
            variables.setdefault(name, action["inputs"][found[1]]["default"])
    known = Workplace(temporary, Path(sys.executable)).environment() if environment is None else environment
    script = temporary / f"step-{number}.sh"
    script.write_text(written["run"], encoding="utf-8")
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    variables["RUNNER_TEMP"] = str(temporary)
    return subprocess.run(
        command, cwd=directory, env={**known, **variables}, capture_output=True, text=True, check=False
    )


def test_the_action_heals(place: Workplace, tools: Path) -> None:
    shutil.copytree(SAMPLE, place.tree)
    place.make_target("--no-pip")
    done = step(
        1, tools, place.tree, place.environment(), INPUT_PYTHON=str(place.target), INPUT_ARGS="-v --editable '.'"
    )
    assert done.returncode == 0, done.stderr
    assert "needed a repair" in done.stderr
    place.ask("import demo")


@pytest.mark.parametrize(
    "argument", ['"; touch owned; "', "$(touch owned)", "`touch owned`", "'\nopen('owned', 'w')\n'"]
)
def test_an_input_of_the_action_is_no_script(place: Workplace, tools: Path, argument: str) -> None:
    shutil.copytree(SAMPLE, place.tree)
    for given in ({"INPUT_ARGS": argument}, {"INPUT_PYTHON": argument}, {"INPUT_CHECK": argument}):
        done = step(1, tools, place.tree, place.environment(), **{"INPUT_ARGS": "--help", **given})
        assert not (place.tree / "owned").exists(), done
    refused = step(0, place.root, place.tree, place.environment(), ACTION_PATH=str(ROOT), INPUT_VERSION=argument)
    assert refused.returncode != 0
    assert not (place.tree / "owned").exists()


def test_the_action_checks(place: Workplace, tools: Path) -> None:
    shutil.copytree(SAMPLE, place.tree)
    done = step(1, tools, place.tree, place.environment(), INPUT_CHECK="true", INPUT_ARGS=".")
    assert (done.returncode, done.stdout.partition(" ")[0]) == (1, "pyproject.toml:3:17:")


def test_the_recipe_for_tox(place: Workplace, tools: Path) -> None:
    """Tox 4 installs the broken project by the `install_command` of docs/ci.md."""
    shutil.copytree(SAMPLE, place.tree)
    (recipe,) = re.findall(r"^```toml\n(.*?)^```$", (ROOT / "docs" / "ci.md").read_text(), re.DOTALL | re.MULTILINE)
    tested = recipe.replace('["python", "-m", "pytest"]', '["python", "-c", "import demo; print(demo.__file__)"]')
    assert tested != recipe
    place.write({"tox.toml": tested})
    environment = place.environment()
    environment["PATH"] = f"{tools / 'safe-install' / 'bin'}:{environment['PATH']}"
    done = subprocess.run(
        [sys.executable, "-m", "tox", "run"],
        cwd=place.tree,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{place.tree / 'src' / 'demo' / '__init__.py'}" in done.stdout
