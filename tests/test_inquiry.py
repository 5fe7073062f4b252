"""A target is asked while other things are done; what comes of it is told to who waits for it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from safe_install.errors import TargetUnusable
from safe_install.evidence import Policy
from safe_install.request import Request
from safe_install.target import Target
from safe_install.target.inquiry import Inquiry
from trees import executable

REAL = f"#!/bin/sh\nexec '{sys.executable}' \"$@\"\n"


def test_it_is_asked_before_anybody_waits_and_once(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    python = executable(tmp_path / "python", REAL.replace("exec", f"echo asked >> '{seen}'; exec"))
    found: list[Target] = []
    inquiry = Inquiry(Request((), Policy(frozenset()), python=str(python)), tmp_path, {}, found.append)
    one, two = inquiry.answer(), inquiry.answer()
    assert one is two
    assert found == [one]
    assert one.version == sys.version_info[:3]
    assert seen.read_text() == "asked\n"


def test_what_went_wrong_is_raised_where_it_is_waited_for(tmp_path: Path) -> None:
    python = executable(tmp_path / "python", "#!/bin/sh\necho 'no Python at all'\nexit 1\n")
    found: list[Target] = []
    inquiry = Inquiry(Request((), Policy(frozenset()), python=str(python)), tmp_path, {}, found.append)
    for _ in range(2):
        with pytest.raises(TargetUnusable, match="no Python at all"):
            inquiry.answer()
    assert found == []
