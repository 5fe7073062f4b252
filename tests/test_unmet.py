"""What an environment lacks of what a build requires."""

from __future__ import annotations

import pytest

from safe_install.environment.unmet import unmet
from safe_install.model import Distribution

HELD = (Distribution("Demo", "1.5"), Distribution("beta", "1.0b2"), Distribution("ubuntu", "0.23ubuntu1"))


@pytest.mark.parametrize(
    ("requirement", "told"),
    [
        ("demo", ""),
        ("DEMO>=1", ""),
        ("demo>=2", "demo==1.5 is there, not demo>=2"),
        ("demo[extra]", ""),
        ("demo>=2; python_version < '3'", ""),
        ("demo>=2; python_version > '3.9'", "demo==1.5 is there, not demo>=2; python_version > '3.9'"),
        ("absent; python_full_version ~= 'x'", "absent; python_full_version ~= 'x' is not there"),
        ("absent", "absent is not there"),
        ("not a requirement", ""),
        ("beta>=1.0b1", ""),
        ("ubuntu>=0.1", "ubuntu==0.23ubuntu1 is there, not ubuntu>=0.1"),
        ("ubuntu", ""),
    ],
)
def test_what_is_not_met_is_told(requirement: str, told: str) -> None:
    assert unmet([requirement], HELD, (3, 10)) == ((told,) if told else ())
