"""The grammar of `pip install`: an argument vector to the options and arguments that it holds."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from safe_install.command.options import BY_NAME, OWN, Destination, Option, Takes
from safe_install.errors import Usage

ENDING: Final = frozenset({"--help", "--version"})
"""Options that are obeyed where they stand: nothing after them is read (optparse's rule)."""
HELP_STEP: Final = "safe-install --help lists the options"


@dataclass(frozen=True)
class Given:
    """One use of an option."""

    option: Option
    value: str | None
    """`None`: the option takes none, or was not given one."""
    written: str
    """The name as it was written, abbreviations included."""
    step: str = ""
    """What to do if the target's pip does not know the option, which no table does."""

    @property
    def words(self) -> tuple[str, ...]:
        """Write it again, with its main name; one that no table knows as it was written."""
        if self.step:
            return (self.written,)
        return (self.option.name,) if self.value is None else (self.option.name, self.value)


@dataclass(frozen=True)
class Parsed:
    """An argument vector, understood."""

    items: tuple[Given | str, ...]
    """Options and arguments, in their order."""

    @property
    def given(self) -> tuple[Given, ...]:
        """Give the uses of options."""
        return tuple(each for each in self.items if isinstance(each, Given))

    @property
    def arguments(self) -> tuple[str, ...]:
        """Give what is no option: the requirements."""
        return tuple(each for each in self.items if isinstance(each, str))

    def uses(self, name: str) -> tuple[Given, ...]:
        """Give every use of an option, by its main name."""
        return tuple(each for each in self.given if each.option.name == name)

    def values(self, name: str) -> tuple[str, ...]:
        """Give the values of an option, in their order."""
        return tuple(each.value for each in self.uses(name) if each.value is not None)

    def argv(self, *destinations: Destination) -> tuple[str, ...]:
        """Write the options that go there again: main names, order and values kept."""
        wanted = (each for each in self.given if each.option.destination in destinations)
        return tuple(word for each in wanted for word in each.words)


def parse(argv: Sequence[str]) -> Parsed:
    """Read an argument vector as pip's optparse does; `Usage` when it would not.

    An option that no table knows may be one of the target's pip: it is kept as it stands.

    Long options may be abbreviated as long as they stay unambiguous. An abbreviation of an option
    of pip's always means that one, whatever ours are called: a command line of pip's keeps its meaning.
    """
    rest = deque(argv)
    items: list[Given | str] = []
    while rest:
        word = rest.popleft()
        if word == "--":
            items.extend(rest)
            break
        if word.startswith("--"):
            items.append(_long(word, rest))
        elif word.startswith("-") and word != "-":
            items.extend(_short(word, rest))
        else:
            items.append(word)
        last = items[-1]
        if isinstance(last, Given) and last.option.name in ENDING:
            break
    return Parsed(tuple(items))


def integer(text: str) -> int:
    """Read a whole number as optparse does (`0x10`, `0b1` and `017` too); `ValueError` if it is none."""
    return int(text, {"0x": 16, "0b": 2}.get(text[:2].lower(), 8 if text[:1] == "0" else 10))


def _long(word: str, rest: deque[str]) -> Given:
    name, joined, text = word.partition("=")
    found = _unabbreviated(name)
    if found is None:
        return _foreign(word, name)
    option = BY_NAME[found]
    if option.takes is Takes.PERHAPS:
        return Given(option, text if joined else None, name)
    if option.takes is Takes.NOTHING:
        if joined:
            raise Usage(f"{name} takes no value", f"write just {option.name}")
        return Given(option, None, name)
    if joined:
        rest.appendleft(text)
    return Given(option, _value(option, name, rest), name)


def _short(word: str, rest: deque[str]) -> list[Given]:
    """Read `-qq`, `-e.`, `-qe.`: flags up to the first option with a value, which takes the remainder."""
    given: list[Given] = []
    for after, letter in enumerate(word[1:], start=2):
        name = f"-{letter}"
        option = BY_NAME.get(name)
        if letter == "-":
            # No pip has it, and alone it would end the options.
            raise Usage(f"there is no option - in {word}", HELP_STEP)
        if option is None:
            given.append(_foreign(f"-{word[after - 1 :]}", name))
            break
        if option.takes is not Takes.NOTHING:
            if word[after:]:
                rest.appendleft(word[after:])
            given.append(Given(option, _value(option, name, rest), name))
            break
        given.append(Given(option, None, name))
        if option.name in ENDING:
            break
    return given


def _value(option: Option, written: str, rest: deque[str]) -> str:
    """Take the next word as the value, whatever it looks like (optparse's rule), and check it."""
    step = f"write {written} {option.metavar}"
    if not rest:
        raise Usage(f"{written} takes {option.expects}, and nothing follows it", step)
    value = rest.popleft()
    if not _fits(option, value):
        raise Usage(f"{written} takes {option.expects}, not {value!r}", step)
    return value


def _fits(option: Option, value: str) -> bool:
    match option.takes:
        case Takes.INTEGER:
            return _converts(integer, value)
        case Takes.NUMBER:
            return _converts(float, value)
        case Takes.NAMES:
            return not value.startswith("-")
        case Takes.SETTING:
            return "=" in value
        case Takes.CHOICE:
            return value in option.choices
        case Takes.NOTHING | Takes.PERHAPS | Takes.TEXT:
            return True


def _converts(convert: Callable[[str], object], value: str) -> bool:
    try:
        convert(value)
    except ValueError:
        return False
    return True


def _unabbreviated(name: str) -> str | None:
    """Give the name that is meant; `None` when no table knows it."""
    if name in BY_NAME:
        return name
    long = [each for each in BY_NAME if each.startswith("--")]
    for candidates in (
        [each for each in long if BY_NAME[each].name not in OWN and each.startswith(name)],
        [each for each in long if BY_NAME[each].name in OWN and each.startswith(name)],
    ):
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise Usage(f"{name} is ambiguous: {', '.join(sorted(candidates))}", "write the name in full")
    return None


def _foreign(word: str, name: str) -> Given:
    # Only a mistake needs it, and importing it is not free.
    from difflib import get_close_matches

    # Without the dashes, which would make everything alike.
    bare = {each[2:]: each for each in BY_NAME if each.startswith("--")}
    near = get_close_matches(name.lstrip("-"), bare, n=1) if name.startswith("--") else []
    if near and BY_NAME[bare[near[0]]].name in OWN:
        # No pip knows what is nearly an option of ours.
        raise Usage(f"there is no option {name}", f"did you mean {bare[near[0]]}?")
    step = f"did you mean {bare[near[0]]}?" if near else HELP_STEP
    return Given(Option((name if name.startswith("--") else f"-{name}",), Destination.INSTALL), None, word, step)
