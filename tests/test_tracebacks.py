"""How exceptions are read out of what was printed."""

from __future__ import annotations

from safe_install.diagnosis.tracebacks import MAX_LINES, MAX_WIDTH, Raised, exceptions, readable


def test_a_chain_is_read_with_its_links() -> None:
    text = """\
Traceback (most recent call last):
  File "a.py", line 1, in <module>
    import x
ModuleNotFoundError: No module named 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "a.py", line 3, in <module>
    f()
    ~^^
  File "/lib/b.py", line 7, in f
    KeyError: not_this_one
zlib.error: Error -3

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "c.py", line 9, in g
SystemError
"""
    first = Raised("ModuleNotFoundError", "No module named 'x'", ("a.py",), ("<module>",))
    second = Raised("zlib.error", "Error -3", ("a.py", "/lib/b.py"), ("<module>", "f"), chained=True)
    third = Raised("SystemError", "", ("c.py",), ("g",), chained=True, direct=True)
    assert exceptions(readable(text)) == (first, second, third)
    assert (second.line, second.bare_name, third.line) == ("zlib.error: Error -3", "error", "SystemError")


def test_a_syntax_error_needs_no_header() -> None:
    text = '  File "setup.py", line 1\n    print x\n          ^\nSyntaxError: invalid syntax\n'
    assert exceptions(readable(text)) == (Raised("SyntaxError", "invalid syntax", ("setup.py",), ("",)),)


def test_pips_block_and_its_indentation_are_seen_through() -> None:
    text = """\
  error: subprocess-exited-with-error
  │ exit code: 1
  ╰─> [4 lines of output]
      Traceback (most recent call last):
        File "<string>", line 1, in <module>
      ModuleNotFoundError: No module named 'x'
      [end of output]
"""
    found = Raised("ModuleNotFoundError", "No module named 'x'", ("<string>",), ("<module>",))
    assert exceptions(readable(text)) == (found,)


def test_what_others_print_in_between_does_not_end_a_traceback() -> None:
    text = """\
Traceback (most recent call last):
running build_ext
  File "a.py", line 1, in f
building 'x' extension
ValueError: y
ValueError: z
"""
    assert exceptions(readable(text)) == (Raised("ValueError", "y", ("a.py",), ("f",)),)


def test_a_traceback_without_its_end_is_no_exception() -> None:
    assert exceptions(readable('Traceback (most recent call last):\n  File "a.py", line 1, in f\n')) == ()
    assert exceptions(readable("Traceback (most recent call last):\nValueError: x\n")) == ()
    assert exceptions(readable("ValueError: x\n")) == ()


def test_a_new_header_begins_anew() -> None:
    text = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n'
    assert exceptions(readable(text + text.replace("a.py", "b.py") + "KeyError: 1\n")) == (
        Raised("KeyError", "1", ("b.py",), ("f",)),
    )


def test_control_characters_and_escapes_are_gone() -> None:
    assert readable("\x1b[31mred\x1b[0m\x07\x00 \x1b]0;title\x07end\r\nnext\rlast\u2028\x85") == (
        "red end",
        "next",
        "last",
    )


def test_only_the_end_is_read_and_no_line_whole() -> None:
    lines = readable("\n".join(map(str, range(MAX_LINES + 5))))
    assert (len(lines), lines[0]) == (MAX_LINES, "5")
    assert readable("x" * (MAX_WIDTH + 5)) == ("x" * MAX_WIDTH,)
