"""Say which distribution brings a backend's plugin, on evidence only."""

from __future__ import annotations

from safe_install.declared.providers import name_of
from safe_install.evidence import Evidence
from safe_install.kinds import Infer
from safe_install.knowledge import Plugin, tables
from safe_install.ladder.inference import HASHES, Named, Unnamed, allowed, declared, is_own, proper, reaches
from safe_install.model import BuildSystem, Malformed


def plugin_provider(plugin: str, system: BuildSystem | Malformed, evidence: Evidence) -> Named | Unnamed:
    """Say which requirement brings a plugin: what a person wrote down that bears its name, else the table's.

    `plugin` is the distribution where the table knows it, otherwise the name that the backend printed. That one is
    no evidence; a distribution that the project names, or the user, is, when it is called so, or so behind the
    name of the backend's tool (`hatch-NAME`).
    """
    if evidence.policy.hashes:
        return Unnamed(HASHES)
    row = known_plugin(plugin)
    names = {row.distribution} if row else _names(plugin, system)
    wanted = {name for each in names if (name := proper(each)) and not is_own(name, evidence)}
    if row and not wanted:
        return Unnamed(f"{plugin} is the project itself")
    if found := allowed(lambda each: name_of(each) in wanted, evidence):
        return found
    if found := declared(lambda each: name_of(each) in wanted, evidence):
        return found
    if row is None:
        return Unnamed(f"nothing but its own name tells which distribution brings the plugin {plugin}")
    if not reaches(evidence, Infer.KNOWN):
        return Unnamed(f"only --infer {Infer.KNOWN.value} allows the evidence that there is")
    return Named(row.distribution, f"known: {row.source}")


def known_plugin(distribution: str) -> Plugin | None:
    """Give the table's row of a plugin, if it is one of those that the table knows by name."""
    return next((row for row in tables().plugins if distribution and row.distribution == distribution), None)


def _names(plugin: str, system: BuildSystem | Malformed) -> set[str]:
    """Give what a distribution is called that somebody wrote down for the plugin's sake."""
    module = system.module if isinstance(system, BuildSystem) else ""
    tools = (tool for row in tables().backends if row.module == module for tool in (*row.tools, row.root))
    return {plugin, *(f"{tool}-{plugin}" for tool in tools)}
