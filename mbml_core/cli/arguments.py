"""What can be typed after `mbml`, and its help."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable, Sequence
from importlib import import_module, metadata
from typing import NoReturn

from mbml_core.cli.failures import UsageError
from mbml_core.engine import METHODS
from mbml_core.inference.message_passing import SCHEDULES, BpOptions

_DESCRIPTION = """\
Draw a factor graph, observe values, and watch beliefs move.

A model is a file: .json (what the editor saves), .bif or .uai."""

_EXAMPLES = """\
examples:
  mbml edit                                         open the editor with the sample models
  mbml infer sprinkler.json                         how probable is each state?
  mbml infer sprinkler.json --observe wet=yes       ... now that the grass was seen to be wet?
  mbml infer sprinkler.json --observe wet=yes --query rain --json
  mbml map sprinkler.json --observe wet=yes         the most probable explanation
  mbml check sprinkler.json                         everything that is wrong with a file
  mbml convert alarm.bif alarm.json                 from one format to another

`mbml COMMAND --help` tells more. Exit codes: 0 fine, 2 usage, 3 the file has problems,
4 the observations are impossible together, 5 over the memory or time budget."""

_OBSERVING = """\
observing:
  --observe rain=yes       rain is in the state yes; a number that is no state name counts states from 0
  --observe 'rain!=yes'    rain is not in the state yes
  --observe height=1.8     height, a variable without states, is 1.8; a simplex: --observe p=0.2,0.3,0.5
  --evidence seen.json     many at once: {"rain": "yes", "wet": 1, "cloudy": {"likelihood": [0.3, 0.7]}}
  Observations drawn in FILE count too. --evidence goes over them and --observe over both."""

_UNITS = {"": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4}


class _Parser(argparse.ArgumentParser):
    """Reports errors like everything else in the command: by raising."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments; `run` among them is the function that carries the subcommand out.

    Raises UsageError, and SystemExit after the help or the version was printed.
    """
    parser = _Parser(
        prog="mbml",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"mbml {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_add_edit, _add_infer, _add_map, _add_convert, _add_check):
        add(commands)
    return parser.parse_args(argv)


Commands = argparse._SubParsersAction  # what add_subparsers returns; argparse has no public name for it


def _add_edit(commands: Commands[_Parser]) -> None:
    parser = _command(commands, "edit", "open the editor in the browser")
    parser.add_argument("file", metavar="FILE", nargs="?", help="the model to open; without it, the samples")
    parser.add_argument(
        "--port", type=_port, metavar="N", help="where to serve it (default: a free one from 8501)"
    )
    parser.add_argument("--share", action="store_true", help="answer other machines of the network too")
    parser.add_argument("--no-browser", action="store_true", help="serve it without opening a browser")


def _add_infer(commands: Commands[_Parser]) -> None:
    parser = _command(commands, "infer", "beliefs of the variables, given what was observed", _OBSERVING)
    _add_question(parser)


def _add_map(commands: Commands[_Parser]) -> None:
    parser = _command(commands, "map", "the most probable assignment, given what was observed", _OBSERVING)
    _add_question(parser)


def _add_convert(commands: Commands[_Parser]) -> None:
    parser = _command(commands, "convert", "write a model in another format, by suffix")
    parser.add_argument("file", metavar="IN", help="the model to read")
    parser.add_argument("target", metavar="OUT", help="the file to write: .json, .bif or .uai")


def _add_check(commands: Commands[_Parser]) -> None:
    parser = _command(commands, "check", "every problem of a file, with place and remedy")
    parser.add_argument("file", metavar="FILE", help="the model to check")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_question(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("file", metavar="FILE", help="the model: .json, .bif or .uai")
    add("--observe", metavar="NAME=VALUE", action="append", default=[], help="what was seen of a variable")
    add(
        "--evidence", metavar="FILE", help="a JSON file of observations; for a .uai model also a UAI evidence file"
    )
    add("--no-drawn-evidence", action="store_true", help="leave out the observations drawn in FILE")
    add("--query", metavar="NAME", action="append", default=[], help="show only this variable (repeatable)")
    add("--json", action="store_true", help="print one JSON object")
    add("--ascii", action="store_true", help="draw with plain characters")
    method = parser.add_argument_group("method")
    add = method.add_argument
    add(
        "--method",
        choices=METHODS,
        default="auto",
        help="default: exact if it fits in memory, else bp; with numbers exact if linear-Gaussian, else ep",
    )
    add(
        "--memory",
        type=_memory,
        metavar="SIZE",
        help="what exact inference may take, such as 4GB (default: 1 GiB, or a quarter of the free memory)",
    )
    add("--deadline", type=_seconds, metavar="SECONDS", help="give up after this long")
    add("--schedule", choices=SCHEDULES, default="auto", help="of bp and ep: the order of the messages")
    add("--damping", type=_number, metavar="D", help="of bp and ep: weight of the old message, 0 to below 1")
    add("--tolerance", type=_number, metavar="T", help="of bp, ep and vmp: largest change when converged")
    add("--max-sweeps", type=int, metavar="N", help="of bp, ep and vmp: stop after so many (default: %(default)s)")
    add("--seed", type=int, metavar="N", help="of vmp: begin with noise, so that like variables can differ")
    usual = BpOptions()
    parser.set_defaults(damping=usual.damping, tolerance=usual.tolerance, max_sweeps=usual.max_sweeps)


def _command(commands: Commands[_Parser], name: str, summary: str, epilog: str = "") -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(run=_deferred(name))
    return parser


def _deferred(name: str) -> Callable[[argparse.Namespace], int]:
    """The command's `run`, its module imported only now: help must not wait for what it never uses."""

    def run(arguments: argparse.Namespace) -> int:
        code: int = import_module(f"mbml_core.cli.{name}").run(arguments)
        return code

    return run


def _version() -> str:
    try:
        return metadata.version("mbml")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _memory(text: str) -> float:
    match = re.fullmatch(r"([0-9]+\.?[0-9]*|\.[0-9]+) *([kmgt]?)(i?)b?", text.strip().lower())
    size = float(match[1]) * (1024 if match[3] else 1000) ** _UNITS[match[2]] if match else 0.0
    if not 0 < size < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is no size; write it like 500MB or 4GB")
    return size


def _seconds(text: str) -> float:
    seconds = _number(text)
    if seconds <= 0:
        raise argparse.ArgumentTypeError(f"'{text}' is no time to wait; write seconds, such as 2.5")
    return seconds


def _number(text: str) -> float:
    """A finite number; argparse's own float lets nan through, which no later comparison would notice."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"'{text}' is no number")
    return number


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is no port; use 1 to 65535")
    return int(text)
