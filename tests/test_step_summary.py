"""What the page of a workflow is told of a run, and that foreign text stays text there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import recorded
from recorded import tell
from safe_install.events.log import Log
from safe_install.render.markdown import LONGEST, block, inline
from safe_install.render.step_summary import StepSummary
from safe_install.render.terminal import neutralise


def summed(run: Callable[[Log], None], file: Path) -> str:
    tell(run, StepSummary(file))
    return file.read_text(encoding="utf-8")


def test_a_summary_is_added_to_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before\n\n", encoding="utf-8")
    assert summed(recorded.healthy, file) == (
        "before\n\n### safe-install: installed\n\n**demo\\-pkg 0\\.1** installed, as declared\n\n"
    )


RECOVERY = r"""### safe-install: installed

**demo\-pkg 0\.1** installed, with a repair: build\-backend\: \'hatchlin\.build\' \-\> \'hatchling\.build\'

- as declared: the name of the build backend is misspelt\: hatchlin\.build
- repair\-build\-system: works

```
ModuleNotFoundError: No module named 'hatchlin'
```

```diff
--- a/pyproject.toml
+++ b/pyproject.toml
@@ -1,6 +1,6 @@
 [build-system]
 requires = ["hatchling"]
-build-backend = "hatchlin.build"
+build-backend = "hatchling.build"

 [project]
 name = "demo-pkg"
```

"""


def test_a_recovery_is_summed_up_with_its_patch(tmp_path: Path) -> None:
    assert summed(recorded.recovery, tmp_path / "summary.md") == RECOVERY


def test_a_failure_is_summed_up_with_its_output_and_the_next_step(tmp_path: Path) -> None:
    text = summed(recorded.failure, tmp_path / "summary.md")
    assert text.startswith("### safe-install: failed\n\n**sonde** failed\n\n- as declared: the build needs a module")
    assert "```\nTraceback (most recent call last):\n" in text
    assert "**Next**\n\n```\nfind out which one does, and allow it:\n  safe-install --allow NAME .\n```" in text


def test_what_pip_did_is_summed_up(tmp_path: Path) -> None:
    assert "**pip** installed it in the end\\." not in summed(recorded.install_repaired, tmp_path / "a")
    assert "**pip** installed it in the end.\n\n- as declared: pip is too old" in (tmp_path / "a").read_text()
    assert "**pip** could not install it." in summed(recorded.install_failed, tmp_path / "b")
    assert "```\nthere is no directory /home/me/demo/nowhere\n```" in summed(recorded.refused, tmp_path / "c")


MARKDOWN = MarkdownIt("gfm-like", {"linkify": False, "html": True})
FOREIGN = st.text() | st.text(alphabet="`~#*_<>[]()!|\\&;:@/-+=1. \t\nab", max_size=40)


@given(FOREIGN)
@example("~~a~~ **b** [c](d) <e> &amp; `f` | g | \\h\n# i\n- j")
def test_foreign_text_in_prose_stays_text(text: str) -> None:
    (line,) = inline(f"x{text}x").split("\n")
    opening, prose, closing = MARKDOWN.parse(line)
    assert (opening.type, closing.type) == ("paragraph_open", "paragraph_close")
    assert {child.type for child in prose.children or ()} <= {"text", "text_special"}
    told = "".join(child.content for child in prose.children or ())
    assert told == " ".join(neutralise(" ".join(f"x{text}x".splitlines())).split())


@given(FOREIGN)
@example("```\na\n``` b\n````\n~~~\n")
def test_foreign_text_in_a_block_stays_in_it(text: str) -> None:
    fence, *after = MARKDOWN.parse(f"{block(text)}\n\nend")
    assert (fence.type, fence.content) == ("fence", "\n".join(map(neutralise, text.splitlines())) + "\n")
    assert [each.content for each in after] == ["", "end", ""]


def test_a_block_has_an_end() -> None:
    assert len(block("x" * (2 * LONGEST))) < LONGEST + 100
    assert block("x" * (2 * LONGEST)).endswith("\n[...]\n```")
