"""What is for the install does not reach a build."""

from __future__ import annotations

from pathlib import Path

import pytest

from safe_install.environment.workshop import NOT_FOR_BUILDS
from trees import a_shop


def test_a_build_gets_the_users_variables_and_the_recipes_own(tmp_path: Path) -> None:
    shop = a_shop(tmp_path, environ={"PATH": "/bin", "PIP_INDEX_URL": "u", "A": "1"})
    assert shop.build_environ((("A", "2"), ("B", "3"))) == {
        "PATH": "/bin", "PIP_INDEX_URL": "u", "A": "2", "B": "3", "PIP_NO_INPUT": "1",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PIP_REPORT", "PIP_DRY_RUN",
     "PIP_NO_DEPS", "PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT", "PIP_REQUIREMENT", "PIP_EDITABLE",
     "PIP_LOG", "PIP_CONFIG_SETTINGS", "PYTHONPATH", "PYTHONHOME"],
)  # fmt: skip
def test_what_is_for_the_install_does_not(name: str, tmp_path: Path) -> None:
    assert name in NOT_FOR_BUILDS
    assert name not in a_shop(tmp_path, environ={name: "1"}).build_environ()


def test_the_users_variables_stay_what_they_are(tmp_path: Path) -> None:
    environ = {"PIP_TARGET": "x"}
    a_shop(tmp_path, environ=environ).build_environ((("A", "1"),))
    assert environ == {"PIP_TARGET": "x"}
