"""The command `dampingan`. Parses arguments, calls flows, shows results; holds no logic about the data.

Heavy imports happen inside the commands: `--help` must answer at once.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from typer._click.exceptions import NoArgsIsHelpError
from typer._click.exceptions import UsageError as TyperUsageError

import cli_bi
import cli_init
import cli_programmes
import cli_published
import cli_release
import cli_statistics
from cli_language import as_usage_error, speak_indonesian
from cli_shared import JsonOption, busy, escaped, print_json, run
from errors import DampinganError, UsageError

app = typer.Typer(
    help="ETL data kemiskinan: rilis register, statistik BPS dan laporan OPD ke satu gudang DuckDB.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(cli_release.app, name="release")
app.add_typer(cli_statistics.app, name="statistics")
app.add_typer(cli_programmes.app, name="programmes")
app.command("init")(cli_init.init)

app.command()(cli_published.diff)
app.command()(cli_published.trace)

_DEBUG_VARIABLE = "DAMPINGAN_DEBUG"


def _show_version(wanted: bool) -> None:
    if wanted:
        from settings import code_version

        Console().print(f"dampingan {code_version()}", highlight=False)
        raise typer.Exit


@app.callback()
def _main(
    debug: Annotated[bool, typer.Option("--debug", help="Tampilkan rincian kesalahan program.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", help="Tampilkan versi program.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    if debug:
        os.environ[_DEBUG_VARIABLE] = "true"


def main() -> None:
    """Entry point: one paragraph on stderr and an exit code for every fault."""
    os.umask(0o077)
    # Prefect gives the root logger a handler that writes to stderr, which is for faults and progress alone.
    logging.getLogger("dampingan").propagate = False
    speak_indonesian()
    try:
        status = app(standalone_mode=False)
    except NoArgsIsHelpError as fault:
        fault.show()
        sys.exit(fault.exit_code)
    except TyperUsageError as fault:
        _fail(as_usage_error(fault))
    except DampinganError as fault:
        _fail(fault)
    except Exception as fault:
        # The last boundary: a library's text may quote rows, so only --debug shows it.
        if os.environ.get(_DEBUG_VARIABLE):
            raise
        place = traceback.extract_tb(fault.__traceback__)[-1]
        _fail(
            DampinganError(
                f"Kesalahan program ({type(fault).__name__}).",
                where=f"{Path(place.filename).name}:{place.lineno}",
                next_step="Ulangi dengan `dampingan --debug ...` untuk rinciannya.",
            )
        )
    else:
        sys.exit(status)


def _fail(fault: DampinganError) -> None:
    if "--json" in sys.argv[1:]:
        print_json({"error": fault.paragraph, "exit_code": fault.exit_code})
    Console(stderr=True, soft_wrap=True).print(f"[bold red]Gagal.[/] {escaped(fault.paragraph)}", highlight=False)
    sys.exit(fault.exit_code)


@app.command()
def refresh(
    sample: Annotated[bool, typer.Option("--sample", help="Isi rumah data yang kosong dengan data contoh.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Ambil semua yang baru dari ketiga sumber, periksa, terbitkan."""
    run(as_json=as_json, shows_database=True, sample=sample)


@app.command()
def publish(
    to: Annotated[
        str | None,
        typer.Option(metavar="ALAMAT", help="Salin juga ke PostgreSQL: postgresql://pengguna@server/basisdata."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Periksa gudang data dan terbitkan bila isinya berubah; juga sesudah `rollback`."""
    if to is not None:
        cli_bi.publish_to(to, as_json=as_json)
        return
    run(as_json=as_json, shows_database=True, sources=[], lift_rollback=True)


@app.command()
def rollback(
    generation: Annotated[str | None, typer.Argument(help="Terbitan; tanpa ini: yang sebelum sekarang.")] = None,
) -> None:
    """Kembalikan terbitan yang lebih lama."""
    from flows.administration import roll_back

    Console().print(f"Terbitan sekarang: [bold]{roll_back(generation)}[/].")


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Apa yang terbit, apa yang menunggu, apa yang ditolak."""
    from flows.inspection import describe_status
    from terminal import show_status

    facts = describe_status()
    if as_json:
        print_json(facts)
    else:
        show_status(Console(), facts)


@app.command()
def sample(
    out: Annotated[Path, typer.Argument(help="Folder tujuan.")],
    persons: Annotated[int, typer.Option(help="Banyaknya orang pada rilis pertama.", min=100)] = 140_000,
    releases: Annotated[int, typer.Option(help="Banyaknya rilis.", min=1)] = 2,
    seed: Annotated[int, typer.Option(help="Benih acak; benih sama, hasil sama.")] = 1,
    layout: Annotated[str, typer.Option(help="Tata letak berkas, dari reference/layouts.")] = "dtks_a",
    then: Annotated[
        str | None, typer.Option(help="Tata letak satu rilis lagi sesudahnya, dengan orang yang sama menurut NIK.")
    ] = None,
    file_format: Annotated[str, typer.Option("--format", help="csv, xlsx, parquet atau zip.")] = "csv",
) -> None:
    """Tulis data register buatan dengan cacat yang diketahui, dan berkas kebenarannya."""
    from flows.steps.job import region_of
    from settings import Settings
    from tasks.sample.files import as_format
    from tasks.sample.plan import plan_for
    from tasks.sample.registry import write_registry_sample

    kind = as_format(file_format)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise UsageError(f"Folder {out} tidak dapat dibuat.", next_step="Pilih folder tujuan lain.") from None
    with busy("Menulis data contoh …"):
        truth = write_registry_sample(
            out,
            persons=persons,
            releases=releases,
            seed=seed,
            plan=plan_for(region_of(Settings())),
            layout=layout,
            then=then,
            file_format=kind,
        )
    Console().print(f"Data contoh di {out}; yang harus keluar darinya: {truth}.", highlight=False, soft_wrap=True)


@app.command(hidden=True)
def docs(check: Annotated[bool, typer.Option("--check", help="Hanya periksa, jangan tulis.")] = False) -> None:
    """Tulis halaman docs/ yang diturunkan dari kode."""
    from warehouse.documentation import check_pages, write_pages

    if check:
        check_pages()
        return
    for path in write_pages():
        Console().print(str(path), highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
