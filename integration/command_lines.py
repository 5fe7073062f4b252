"""The command lines that are given to pip and to the tool: what stands in them, and how it is combined."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from covering import covering
from tree import SHAPES

SEED: Final = 20261124

# In each of these the first is the plainest. A word `PIP_…=` is a variable; `{here}` is the folder that the tools run
# in, `{out}` one beside it, `{links}` that of the archives, `{index}` an index that serves
# them, `{files}` where that has them.
FORMS: Final = (
    *("./app", "-e ./app", "./app[x]", "-e ./app[x]", "-e./app ./other", "--editable=./other --edit ./app"),
    *("app[x]@file://{here}/app", "-e file://{here}/app[x]", "-e ./app six==1.16.0", "-e ./app -c bounds.txt", "six"),
    *("./dist/app-1.0.tar.gz", "app[x]@file://{here}/dist/app-1.0.tar.gz", "./dist/app-1.0-py3-none-any.whl[x]"),
    *("app -f dist", "{files}six-1.16.0-py2.py3-none-any.whl", "app@git+file://{here}/repo"),
    *("-e git+file://{here}/repo#egg=app", "-r all.txt", "-rdeps/editable.txt", "-r options.txt", "--req=hashed.txt"),
    *("-r pylock.toml", "PIP_REQUIREMENT=deps/more.txt ./app", "-r settings.txt"),
    *("./app --group groups/pyproject.toml:all", "--requirements-from-script script.py ./app"),
    "\"./app ; python_version>'3'\" idna",
)
"""What is asked for."""
WHICH: Final = (
    *("", "--no-deps", "-U", "--upg --upgrade-strategy=eager", "--force-reinstall", "-I", "--only-deps"),
    *("PIP_NO_DEPS=1 PIP_FORCE_REINSTALL=1", "PIP_UPGRADE=yes --pre"),
)
"""Which of it, and of what is there, pip takes."""
WHERE: Final = (
    *("", "--target {out}", "-t{out} -U", "--prefix={out}", "--root {out}", "--user", "--require-virtualenv"),
    *("PIP_TARGET={out}", "PIP_USER=1"),
)
"""Where pip puts it."""
HOW: Final = (
    *("", "--no-build-isolation", "PIP_NO_BUILD_ISOLATION=0 --check-build-dependencies", "-C editable_mode=compat"),
    *("--config-settings=a=b --config-s a=c", "--build-constraint builds.txt", "--no-binary=app"),
    *("--only-binary :all: --no-binary app --use-pep517", "PIP_CONSTRAINT=bounds.txt --prefer-binary"),
)
"""How it is built, and from what."""
SAID: Final = (
    *("", "-q", "-qq --no-compile", "-v --no-color", "--dry-run --report {out}-report", "-q --dry-run --report -"),
    *("--no-cache-dir --report={out}-report", "PIP_REPORT={out}-report PIP_NO_COMPILE=true"),
    "--log {out}-log --no-input",
)
"""What is told, and what is left behind by the way."""
SOURCES: Final = (
    *("", "PIP_NO_INDEX= PIP_FIND_LINKS= -i {index}", "PIP_NO_INDEX=0 PIP_FIND_LINKS= PIP_INDEX_URL={index}"),
    *("PIP_NO_INDEX= PIP_FIND_LINKS= --no-index -f {links}", "PIP_CONFIG_FILE={here}/pip.conf"),
)
"""Where archives come from; plainly it is variables that say it."""
STATES: Final = ("", "./app-0.9", "-e ./app-0.9", "./app six==1.16.0", "-e ./app[x]", "{where} ./app-0.9 six==1.16.0")
"""What was installed before; `{where}` puts it where the line puts its own."""
ORDERS: Final = ("{options} {form}", "{form} {options}")

ALONE: Final = (
    *("", "-U", "nosuch", "./nosuch", "-e ./nosuch", "-r nosuch.txt", "-c nosuch.txt ./app", "-e six", "-e", "./deps"),
    *("./all.txt", "./dead", "./dead ./app", "-e ./dead", "-r dead.txt", "./app nosuch", "./app app==2", "six==1.0"),
    *(
        "./app -c high.txt",
        "./app ./app",
        "./app -e ./app",
        "-e ./app -e ./app[x]",
        "./app ./app-0.9",
        "./app ./app[x]",
    ),
    *("six==1.16.0 six==1.17.0", "--dry-run ./app", "PIP_DRY_RUN=1 -e ./app", "--user ./app", "--us ./app", "./app/"),
    *(
        "--target {out} --user ./app",
        "--target {out} --prefix {out} ./app",
        "PIP_EDITABLE=./app --no-build-isolation six",
        "PIP_ONLY_DEPS=1 ./app",
    ),
    *("--root {out} --prefix /opt ./app", "PIP_PREFIX={out} -e ./app", "--no-such-option ./app", "--no-deps=1 ./app"),
    *("--upgrade-strategy=wrong ./app", "-C nokey ./app", "-- ./app", "-- -e", "-e -- ./app", "-qU ./app", "-Ue./app"),
    *("-Ie ./app", "--no ./app", "PIP_NO_DEPS=perhaps ./app", "--no-binary :all: ./app", "--no-binary six six"),
    *("--only-binary app --no-binary :none: app -f dist", "app==1.* -f dist", "--require-hashes ./app", "-r wrong.txt"),
    *("--require-hashes -r hashed.txt", "-r hashed.txt ./app", "--isolated PIP_NO_DEPS=1 ./app", "--isolated six"),
    *(
        "--no-index ./app",
        "--pre --only-final six six",
        "--pre ./app",
        "--only-deps ./app[x]",
        "--only-deps -r all.txt",
    ),
    *("--build-constraint builds.txt --no-build-isolation ./app", "--build-constraint impossible.txt ./app"),
    *(
        "--report {out}/no/report ./app",
        "--report {here} ./app",
        "--log {out}-logs/no/log ./app",
        "--platform any ./app",
    ),
    *("--python-version 3.9 --only-binary :all: -t {out} six", "--python-version 3.9 -t {out} ./app", "--abi none six"),
    *("--group groups/pyproject.toml:nosuch", "--group nosuch", "--group groups/pyproject.toml:one", "app", "app/"),
    *("-r pylock.toml[x]", "--only-deps --no-deps ./app", "./app[y]", "\"./app;python_version<'3'\""),
    *("git+file://{here}/nosuch", "git+file://{here}/repo", "git+file://{here}/repo@v1.0#egg=app", "./dist/*.whl"),
    *("file://{here}/nosuch", "{files}nosuch.whl", "app@file://{here}/dist/app-1.0-py3-none-any.whl", "-vvv ./app"),
    *(
        "app[x]==1.0 -f ./dist",
        "-r all.txt -r all.txt",
        "-qqq ./app",
        "-q -v -q ./app",
        "--ignore-requires-python ./app",
    ),
    *("--only-binary=:all: ./app", "--no-color --progress-bar off ./app", "--no-dependencies --force-r -I ./app"),
)
"""What is tried once, in a plain target: what pip refuses, which would hide whatever stands beside it."""

LEAKING: Final = ("PIP_NO_DEPS", "PIP_DRY_RUN", "PIP_ONLY_DEPS", "PIP_REPORT")
"""Variables that pip hands on to the pips which fill its build environments: they leave out what the build needs, or
write a report of their own."""


@dataclass(frozen=True)
class Line:
    """One command line, on one shape of a project, in one state of the target."""

    words: str
    """As a shell would be given them."""
    shape: str = next(iter(SHAPES))
    state: str = ""
    sees: bool = False
    """Whether the target sees its Python's own packages, without which there is no `--user`."""

    @property
    def spoils_builds(self) -> bool:
        """Tell whether pip's own builds may fail for what they inherit, where ours do not."""
        return any(f"{name}=" in self.words for name in LEAKING)

    @property
    def id(self) -> str:
        """Name it, as pytest shows it."""
        return " | ".join(filter(None, (self.shape, self.words or "nothing", self.state)))


def lines() -> list[Line]:
    """Give all command lines, in an order that never changes."""
    rows = covering((list(SHAPES), STATES, ORDERS, FORMS, WHICH, WHERE, HOW, SAID, SOURCES), SEED)
    return [*map(_line, rows), *map(Line, ALONE)]


def sampled(count: int, seed: int) -> list[Line]:
    """Give some of them, the same for the same seed."""
    every = lines()
    return random.Random(seed).sample(every, min(count, len(every)))


def _line(row: tuple[str, ...]) -> Line:
    shape, state, order, form, *options = row
    where = options[1]
    words = order.format(options=" ".join(filter(None, options)), form=form).strip()
    return Line(words, shape, state.replace("{where}", where).strip(), "user" in where.lower())
