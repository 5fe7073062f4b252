"""Logs of failures that are the project's own fault: Python's are made here, the compilers' were recorded."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PLACES: Final = ("<string>", "/project/_build/backend.py", "/project/demo/__init__.py")
"""Where the fault is: in `setup.py`, as setuptools runs it; in an in-tree backend; in the package itself."""

STATEMENTS: Final = (
    "assert False",
    "assert 1 == 2, 'the moon is full'",
    "assert sorted([2, 1]) == [2, 1]",
    "1 / 0",
    "1 % 0",
    "nothere",
    "nothere()",
    "del nothere",
    "print(versoin)",
    "{}['version']",
    "{'name': 1}['nmae']",
    "[][0]",
    "(1, 2)[5]",
    "[1].index(2)",
    "[1].remove(2)",
    "[].pop()",
    "{}.popitem()",
    "int('one')",
    "float('1,0')",
    "'a' + 1",
    "1 + 'a'",
    "len(5)",
    "None.strip()",
    "None['name']",
    "None()",
    "'x'.nothere",
    "(1).nothere()",
    "[].nothere",
    "{}.version",
    "'1.0'.append('x')",
    "a, b = 1",
    "a, b = (1, 2, 3)",
    "a, b = ()",
    "for x in 5: pass",
    "sum(['a'])",
    "sorted([1, 'a'])",
    "max([])",
    "min(())",
    "next(iter([]))",
    "chr(-1)",
    "ord('ab')",
    "bytes([256])",
    "b'\\xff'.decode('utf-8')",
    "'\\u20ac'.encode('ascii')",
    "'%d' % 'x'",
    "'%s %s' % 'x'",
    "'{}'.format()",
    "'{name}'.format(nmae=1)",
    "range(1, 2, 0)",
    "setattr(1, 'x', 2)",
    "object().x",
    "hash([])",
    "{[]: 1}",
    "{**1}",
    "print(*1)",
    "raise ValueError('no version in demo/__init__.py')",
    "raise KeyError('__version__')",
    "raise AssertionError",
    "raise NotImplementedError('demo')",
    "def f(x): return f(x)\nf(1)",
    "def f():\n    x += 1\nf()",
    "def f(x): pass\nf()",
    "def f(x): pass\nf(1, 2)",
    "def f(x): pass\nf(y=1)",
    "class A: pass\nA().x",
    "class A: pass\nA().x()",
    "class A: pass\nA(1)",
    "import re\nre.compile('(')",
    "import re\nre.search('v(.*)', 'x').group(1)",
    "import json\njson.loads('{')",
    "import os\nos.environ['DEMO_NOT_THERE']",
    "import ast\nast.literal_eval('x + 1')",
    "import datetime\ndatetime.date(2020, 13, 1)",
    "import struct\nstruct.unpack('>I', b'x')",
    "import decimal\ndecimal.Decimal('x')",
    "import configparser\nconfigparser.ConfigParser()['metadata']",
    "import configparser\nconfigparser.ConfigParser().read_string('x')",
    "x = (1",
    "if True print(1)",
    "def f(:",
    "return 1",
    "setup(name='demo' version='1')",
    "'''",
    "x = 'a",
    "for",
    "  x = 1",
    "if True:\nx = 1",
    "break",
    "f(a=1, a=2)",
    "def f(a, a): pass",
    "1 = x",
    "x = 08",
    "class A(:",
    "lambda: (yield",
)


def python() -> Iterator[str]:
    """Give the logs of hooks that an error in the project's own code has ended."""
    for place in PLACES:
        for statement in STATEMENTS:
            yield _raised(statement, place)


def compiled() -> Iterator[str]:
    """Give the logs of compilers that found an error in the project's own code."""
    recorded = (Path(__file__).parent / "own_c_errors.txt").read_text(encoding="utf-8")
    for log in recorded.split("### ")[1:]:
        told = log.partition("\n")[2]
        yield told
        # The same, as a build tool below another one passes it on.
        yield f"[1/2] Building\n{told}ninja: build stopped: subcommand failed.\n*** CMake build failed\n"


def _raised(statement: str, place: str) -> str:
    try:
        exec(compile(statement, place, "exec"), {})
    except Exception:  # noqa: BLE001
        first, *rest = traceback.format_exc().splitlines(keepends=True)
        # Less what is of this file.
        frames = [line for line in rest if __file__ not in line and "exec(compile" not in line and "^^^" not in line]
        caller = '  File "/env/lib/python3.13/site-packages/setuptools/build_meta.py", line 317, in run_setup\n'
        return "".join((first, caller, *frames))
    raise AssertionError(f"{statement!r} is no fault")
