"""What a pip that installs says when it does not, and whether that is its last word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from failing import EVIDENCE, SYSTEM
from safe_install.diagnosis import diagnose
from safe_install.kinds import Cause, Kind, Pip, Stage
from safe_install.model import Failure, Recipe
from safe_install.unbuilt import Unbuilt

REFUSED = Failure(Stage.INSTALL, Cause.PIP_FAILED, "pip install failed", "ERROR: no way\nand more\n", 1)


@pytest.mark.parametrize(
    ("pip", "kind", "curable"),
    [
        ("26.3", Kind.PIP_REFUSED, False),
        ("24.0", Kind.PIP_REFUSED, False),
        (None, Kind.PIP_REFUSED, False),
        ("of another kind", Kind.PIP_REFUSED, False),
        ("23.3.2", Kind.UNKNOWN, True),
    ],
)
def test_nothing_is_installed_twice_on_a_guess_unless_the_pip_is_old(
    pip: str | None, kind: Kind, curable: bool
) -> None:
    told = diagnose(REFUSED, Recipe(SYSTEM), replace(EVIDENCE, target_pip=pip))
    assert (told.kind, told.evidence, told.curable) == (kind, "ERROR: no way", curable)


def test_a_pip_that_fills_an_environment_has_no_last_word() -> None:
    filling = replace(REFUSED, stage=Stage.FILL)
    assert diagnose(filling, Recipe(SYSTEM), replace(EVIDENCE, target_pip="26.3")).kind is Kind.UNKNOWN


@pytest.mark.parametrize(
    ("cause", "used", "pip", "kind"),
    [
        (Cause.WHEEL_IGNORED, Pip.TARGET, "23.0.1", Kind.PIP_TOO_OLD),
        (Cause.WHEEL_IGNORED, Pip.TARGET, "23.1", Kind.DEPENDENCY_UNBUILT),
        (Cause.WHEEL_IGNORED, Pip.CARRIED, "23.0.1", Kind.DEPENDENCY_UNBUILT),
        (Cause.PIP_FAILED, Pip.TARGET, "23.0.1", Kind.DEPENDENCY_UNBUILT),
    ],
)
def test_a_pip_that_does_not_take_a_proven_wheel_may_be_too_old_for_it(
    cause: Cause, used: Pip, pip: str, kind: Kind
) -> None:
    failure = replace(REFUSED, cause=cause, unbuilt=(Unbuilt("a from u", "u", Path("/a"), name="a"),))
    told = diagnose(failure, Recipe(SYSTEM, pip=used), replace(EVIDENCE, target_pip=pip))
    assert (told.kind, told.curable) == (kind, kind is Kind.PIP_TOO_OLD)
    assert told.subject == ("taking the proven wheel of a" if told.curable else "a")


def test_what_could_not_be_built_is_named_once_each() -> None:
    unbuilt = (
        Unbuilt("a==1 from u", "u", Path("/a"), name="a"),
        Unbuilt("v from v", "https://v", Path("/v")),
        Unbuilt("a==2 from w", "w", Path("/w"), name="a"),
    )
    told = diagnose(replace(REFUSED, unbuilt=unbuilt), Recipe(SYSTEM), EVIDENCE)
    assert (told.kind, told.subject, told.curable) == (Kind.DEPENDENCY_UNBUILT, "a, https://v", False)
