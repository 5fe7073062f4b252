"""The two scripts that a target's Python runs, on every Python that is here."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

from safe_install.hooks import imported_files
from safe_install.target import FACTS
from trees import tree

SCRIPTS = Path(str(files("safe_install.scripts")))
TARGETS = ("3.9", "3.10", "3.13")
OLDER = ("2.7", "3.6")


def _python(version: str) -> str:
    found = sorted((Path.home() / ".pyenv/versions").glob(f"{version}.*/bin/python"))
    if not found:
        pytest.skip(f"there is no Python {version} here")
    return str(found[-1])


@pytest.mark.parametrize("version", [*TARGETS, *OLDER])
def test_every_python_tells_its_facts(version: str, tmp_path: Path) -> None:
    out = subprocess.check_output([_python(version), "-W", "error", str(SCRIPTS / "facts.py")], cwd=tmp_path)
    facts = json.loads(out)
    assert facts.keys() == FACTS | {"executable"}
    assert facts["version"][:2] == [int(part) for part in version.split(".")]
    assert facts["virtual"] is False
    assert str(SCRIPTS) not in facts["path"]


def test_a_marker_of_pep_668_is_told(tmp_path: Path) -> None:
    # An interpreter whose standard library has the marker: this one's, seen through a link.
    code = f"""
import os, runpy, sysconfig
sysconfig.get_path = lambda name, *rest: {str(tmp_path)!r}
runpy.run_path({str(SCRIPTS / "facts.py")!r})
"""
    for marker in (None, str(tmp_path / "EXTERNALLY-MANAGED")):
        if marker:
            tree(tmp_path, {"EXTERNALLY-MANAGED": ""})
        assert json.loads(subprocess.check_output([sys.executable, "-c", code]))["externally_managed"] == marker


def _audited(python: str, place: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    tree(place, {"backend/script.py": script})
    command = [
        python,
        str(SCRIPTS / "audit.py"),
        str(place / "audit"),
        str(place / "backend/script.py"),
        *arguments,
    ]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=30)


@pytest.mark.parametrize("version", [*TARGETS, None])
def test_what_a_script_imports_is_left(version: str | None, tmp_path: Path) -> None:
    python = _python(version) if version else sys.executable
    tree(tmp_path, {"backend/helper.py": "import colorsys", "backend/unused.py": ""})
    script = "import sys, helper\nprint(__name__, sys.argv, sys.path[0])"
    done = _audited(python, tmp_path, script, "a", "b c")
    here = tmp_path / "backend"
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"__main__ {[str(here / 'script.py'), 'a', 'b c']} {here}\n"
    found = imported_files(tmp_path / "audit")
    assert str(here / "helper.py") in found
    assert str(here / "unused.py") not in found
    assert any(Path(file).name == "colorsys.py" for file in found)


@pytest.mark.parametrize(
    ("script", "status", "told"),
    [
        ("import colorsys, sys; sys.exit(3)", 3, True),
        ("import colorsys; raise KeyError(1)", 1, True),
        ("import colorsys, os; os._exit(0)", 0, False),
        ("import colorsys, os; os.kill(os.getpid(), 9)", -9, False),
    ],
)
def test_however_it_ends(script: str, status: int, told: bool, tmp_path: Path) -> None:
    assert _audited(sys.executable, tmp_path, script).returncode == status
    assert any("colorsys" in file for file in imported_files(tmp_path / "audit")) is told


def test_a_script_finds_none_of_ours(tmp_path: Path) -> None:
    for name in ("facts", "audit"):
        done = _audited(sys.executable, tmp_path, f"import {name}")
        assert f"No module named '{name}'" in done.stderr


def test_modules_that_are_odd_are_not_asked(tmp_path: Path) -> None:
    script = """
import sys, types, importlib.util

class Evil(types.ModuleType):
    def __getattr__(self, name):
        raise RuntimeError(name)

class Slim:
    __slots__ = ()

sys.modules["evil"] = Evil("evil")
sys.modules["slim"] = Slim()
sys.modules["none"] = None
sys.modules["number"] = types.ModuleType("number")
sys.modules["number"].__file__ = 7
spec = importlib.util.find_spec("lazy")
spec.loader = importlib.util.LazyLoader(spec.loader)
module = importlib.util.module_from_spec(spec)
sys.modules["lazy"] = module
spec.loader.exec_module(module)
"""
    tree(tmp_path, {"backend/lazy.py": "print('asked')"})
    done = _audited(sys.executable, tmp_path, script)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_each_process_leaves_a_line(tmp_path: Path) -> None:
    script = """
import os
pids = []
for number in range(8):
    pid = os.fork()
    if pid == 0:
        import colorsys
        break
    pids.append(pid)
else:
    for pid in pids:
        os.waitpid(pid, 0)
"""
    assert _audited(sys.executable, tmp_path, script).returncode == 0
    lines = (tmp_path / "audit").read_text().splitlines()
    assert len([json.loads(line) for line in lines]) == 9
    assert any("colorsys" in file for file in imported_files(tmp_path / "audit"))


def test_a_line_that_was_cut_short_is_no_line(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text('["/a.py", "/b.py"]\n["/b.py"]\n["/c.py", "/d')
    assert imported_files(tmp_path / "audit") == ("/a.py", "/b.py")
    (tmp_path / "audit").write_text('["/a.py"]\n["/c.py"\n["/b.py"]\n')
    assert imported_files(tmp_path / "audit") == ("/a.py", "/b.py")
    assert imported_files(tmp_path / "none") == ()


def test_a_script_is_a_file_also_where_the_package_is_in_an_archive(tmp_path: Path) -> None:
    archive = tmp_path / "package.zip"
    with zipfile.ZipFile(archive, "w") as written:
        for file in (SCRIPTS.parent / "__init__.py", *SCRIPTS.glob("*.py")):
            written.write(file, file.relative_to(SCRIPTS.parents[1]))
    code = (
        f"import sys; sys.path.insert(0, {str(archive)!r})\n"
        "from safe_install.scripts import unpacked\n"
        "with unpacked('facts.py') as file: print(file.read_text())"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == (SCRIPTS / "facts.py").read_text() + "\n"
