"""What Typer itself says, in Bahasa Indonesia: headings of its help, and its own errors as errors of ours. Typer has no
catalogue of messages, so its texts are replaced here and nowhere else. Knows no command."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from typer import rich_utils
from typer._click import core, decorators, exceptions
from typer._click.formatting import HelpFormatter
from typer.core import TyperOption

from errors import UsageError

_HEADINGS = {
    "ARGUMENTS_PANEL_TITLE": "Argumen",
    "OPTIONS_PANEL_TITLE": "Pilihan",
    "COMMANDS_PANEL_TITLE": "Perintah",
    "ERRORS_PANEL_TITLE": "Keliru",
    "DEFAULT_STRING": "[bila tidak disebut: {}]",
    "REQUIRED_LONG_STRING": "[wajib]",
    "RICH_HELP": "Lihat [blue]'{command_path} {help_option}'[/].",
}
_HELP = "Tampilkan bantuan ini."
_QUOTED = re.compile(r"'([^']*)'")


class _Formatter(HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        told = args.replace("[OPTIONS]", "[PILIHAN]").replace("COMMAND [ARGS]...", "PERINTAH ...")
        super().write_usage(prog, told, prefix or "Pemakaian: ")


def speak_indonesian() -> None:
    """Replace what Typer says in its help. Harmless when called again."""
    for name, text in _HEADINGS.items():
        setattr(rich_utils, name, text)
    core.Context.formatter_class = _Formatter
    if decorators.help_option is not _help_option:
        decorators.help_option = _help_option


_original_help_option = decorators.help_option


def _help_option(param_decls: list[str]) -> Callable[[core.Command], core.Command]:
    decorate = _original_help_option(param_decls)

    def add(command: core.Command) -> core.Command:
        decorate(command)
        cast(TyperOption, command.params[-1]).help = _HELP
        return command

    return add


def as_usage_error(fault: exceptions.UsageError) -> UsageError:
    """An error that Typer found in the arguments, with the command whose help to read."""
    command = fault.ctx.command_path if fault.ctx else "dampingan"
    return UsageError(_what(fault), next_step=f"Lihat `{command} --help`.")


def _what(fault: exceptions.UsageError) -> str:
    match fault:
        case exceptions.MissingParameter():
            kind = "pilihan" if fault.param is not None and fault.param.param_type_name == "option" else "argumen"
            return f"Kurang {kind} {_named(fault)}."
        case exceptions.BadParameter():
            purpose = getattr(fault.param, "help", None)
            return f"Isi {_named(fault)} tidak dapat dipakai." + (f" Seharusnya: {purpose}" if purpose else "")
        case exceptions.NoSuchOption():
            near = f" Mungkin maksudnya {' atau '.join(sorted(fault.possibilities))}." if fault.possibilities else ""
            return f"Pilihan {fault.option_name} tidak dikenal.{near}"
        case exceptions.BadOptionUsage():
            return f"Pilihan {fault.option_name} {'tanpa isi' if 'does not' in fault.message else 'perlu isi'}."
    named = ", ".join(_QUOTED.findall(fault.message))
    if fault.message.startswith("No such command"):
        first, _, near = named.partition(", ")
        return f"Perintah {first} tidak dikenal." + (f" Mungkin maksudnya {near}." if near else "")
    if fault.message.startswith("Got unexpected extra argument"):
        return f"Argumen berlebih: {fault.message.partition(') (')[2].removesuffix(')')}."
    return "Perintah belum lengkap."


def _named(fault: exceptions.BadParameter) -> str:
    hint = fault.param_hint or (fault.param.get_error_hint() if fault.param is not None else "")
    return (hint if isinstance(hint, str) else " / ".join(hint)).replace("'", "")
