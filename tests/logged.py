"""Read the real logs below `logs/`: what was printed, in which project, and what it means."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from safe_install.evidence import Evidence, Policy
from safe_install.kinds import Cause, Kind, Stage, Wheel
from safe_install.model import BuildSystem, Diagnosis, Distribution, Failure, Malformed, Oddity, Project, Recipe
from safe_install.unbuilt import Unbuilt

LOGS = Path(__file__).parent / "logs"
PROJECT = Path("/project")


@dataclass(frozen=True)
class Logged:
    """A real failure, and what it means."""

    failure: Failure
    recipe: Recipe
    evidence: Evidence
    kind: Kind
    subject: str
    curable: bool
    candidates: tuple[str, ...]
    row: str

    def holds(self, told: Diagnosis) -> bool:
        """Tell whether a diagnosis is the expected one."""
        expected = (self.kind, self.subject, self.curable, self.candidates, self.row)
        return expected == (told.kind, told.subject, told.curable, told.candidates, told.row)


def names() -> list[str]:
    """Give the logs, each as `kind/case`."""
    return sorted(str(path.relative_to(LOGS).with_suffix("")) for path in LOGS.rglob("*.txt"))


def read(name: str) -> Logged:
    """Read one: lines `# key: value`, an empty line, and what was printed (or the exception's own text)."""
    text = (LOGS / f"{name}.txt").read_bytes().decode()
    head, _, printed = text.partition("\n\n")
    values: defaultdict[str, list[str]] = defaultdict(list)
    for line in head.split("\n"):
        key, _, value = line.removeprefix("# ").partition(":")
        values[key].append(value.strip())
    cause = Cause(values["cause"][0])
    is_exception = cause is Cause.BACKEND_UNAVAILABLE
    malformed = _malformed(values["malformed"])
    system = BuildSystem(tuple(values["requires"]), values["backend"][0], tuple(values["backend-path"]))
    failure = Failure(
        Stage(values["stage"][0]),
        cause,
        printed if is_exception else values["message"][0],
        "" if is_exception else printed,
        int(values["status"][0]) if values["status"] else None,
        environment=tuple(map(_distribution, values["environment"])),
        malformed=malformed,
        unbuilt=tuple(Unbuilt(name, "url", PROJECT, name=name) for name in values["unbuilt"]),
    )
    kind, _, subject = values["expect"][0].partition(" ")
    return Logged(
        failure,
        Recipe(malformed or system, Wheel(values["wheel"][0]), isolated=values["isolated"] != ["no"]),
        _evidence(values, malformed or system),
        Kind(kind),
        subject,
        values["curable"] != ["no"],
        tuple(values["candidate"]),
        "".join(values["row"]),
    )


def _evidence(values: defaultdict[str, list[str]], system: BuildSystem | Malformed) -> Evidence:
    told = dict(part.split("=", 1) for part in values["project"][0].split())
    modules, has = _split(told["modules"]), _split(told["has"])
    project = Project(
        PROJECT,
        system,
        name=told["name"],
        has_setup_py="setup-py" in has,
        names_backend="names-backend" in has,
        has_table="has-table" in has,
        oddities=tuple(_oddity(line) for line in values["oddity"]),
        tools=frozenset(_split(told["tools"])),
        modules=frozenset(modules),
        homes=tuple((module, ".") for module in modules),
        artefacts=_split(told["artefacts"]),
        sources=tuple((path, text) for line in values["source"] for path, text in json.loads(line).items()),
        submodules=frozenset(values["submodule"]),
    )
    major, minor = values["python"][0].split(".")
    return Evidence(project, Policy(frozenset()), (int(major), int(minor)))


def _malformed(lines: list[str]) -> Malformed | None:
    if not lines:
        return None
    told = json.loads(lines[0])
    return Malformed(Kind(told["kind"]), told["subject"], told["message"], told["line"], told["column"])


def _oddity(line: str) -> Oddity:
    kind, written, meant = line.split()
    return Oddity(Kind(kind), written, meant)


def _distribution(line: str) -> Distribution:
    pin, _, modules = line.partition(" ")
    name, _, version = pin.partition("==")
    return Distribution(name, version, _split(modules))


def _split(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))
