from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from errors import InputRejectedError
from tasks.statistics.catalogue import Catalogue
from tasks.statistics.publications import HEADER, publication_candidates, read_publication_rows
from tasks.statistics.values import Candidate, judge

from .conftest import PUBLICATIONS

_HEAD = ",".join(HEADER)


def _read(path: Path, catalogue: Catalogue, *lines: str) -> list[Candidate]:
    path.write_text("\n".join([_HEAD, *lines]) + "\n")
    return publication_candidates(
        read_publication_rows(path), catalogue, area_codes=("3375",), file_name=path.name, sha256="0" * 64
    )


def test_the_reviewed_figures_are_all_accepted(catalogue: Catalogue) -> None:
    rows = read_publication_rows(PUBLICATIONS)
    values = publication_candidates(rows, catalogue, area_codes=("3375",), file_name=PUBLICATIONS.name, sha256="0" * 64)
    accepted, rejected = judge(values, catalogue)
    assert (len(accepted), rejected) == (34, [])
    conflicts = {
        (value.indikator, value.nilai, value.source.peringkat)
        for value in accepted
        if value.tahun == 2021 and value.indikator in ("tpt", "pertumbuhan_ekonomi") and value.source
    }
    assert conflicts == {
        ("tpt", Decimal("6.09"), 4),
        ("tpt", Decimal("6.89"), 3),
        ("pertumbuhan_ekonomi", Decimal("3.59"), 4),
        ("pertumbuhan_ekonomi", Decimal("3.56"), 3),
    }


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('3375,tpt,2021,"6,89",persen,Databoks,,ya,', "kolom nilai"),
        ("3375,tpt,21,6.89,persen,Databoks,,ya,", "kolom tahun"),
        ("33.75,tpt,2021,6.89,persen,Databoks,,ya,", "kolom kode_wilayah"),
        ("3375,tpt,2021,6.89,persen,Databoks,,mungkin,", "kolom angka_bps"),
        ("3375,tpt,2021,6.89,persen,Databoks,7 Juli 2022,ya,", "kolom tanggal_terbit"),
        ("3375,tpt,2021,6.89,persen,Databoks,2022-02-30,ya,", "bukan tanggal"),
        ("3375,tpt,2021,6.89,jiwa,Databoks,,ya,", "seharusnya 'persen'"),
        ("3375,tpt,2021,6.89,persen,WebAPI BPS,,ya,", "hanya untuk angka yang ditarik"),
        ("3375,tpt,2021,6.89,persen,Kata orang,,ya,", "sumber.toml"),
        ("3375,tpt_baru,2021,6.89,persen,Databoks,,ya,", "reference/indicators"),
    ],
)
def test_a_row_that_cannot_be_a_value_is_rejected_with_its_line(
    tmp_path: Path, catalogue: Catalogue, line: str, words: str
) -> None:
    good = "3375,tpt,2022,4.98,persen,Databoks,,ya,"
    accepted, rejected = judge(_read(tmp_path / "a.csv", catalogue, good, line), catalogue)
    assert [value.tahun for value in accepted] == [2022]
    assert words in rejected[0].sentence
    assert rejected[0].place == "a.csv, baris 3"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "kepala kolomnya"),
        (b"wilayah,indikator\n", "kepala kolomnya wilayah,indikator"),
        (_HEAD.encode() + b"\n3375,tpt,2021\n", "baris 2 mempunyai 3 kolom"),
        (_HEAD.encode() + b'\n3375,"tpt\n', "tidak dapat dibaca"),
        (_HEAD.encode() + b"\n\xff\xfe\n", "tidak dapat dibaca"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(InputRejectedError, match=words):
        read_publication_rows(path)
    with pytest.raises(InputRejectedError, match="tidak dapat dibaca"):
        read_publication_rows(tmp_path / "none.csv")


def test_the_day_of_publication_is_kept_where_it_is_known(tmp_path: Path, catalogue: Catalogue) -> None:
    dated, undated = _read(
        tmp_path / "a.csv",
        catalogue,
        "3375,tpt,2021,6.09,persen,Artikel 7 Juli 2022,2022-07-07,tidak,",
        "3375,tpt,2022,4.98,persen,Databoks,,ya,",
    )
    assert (dated.diterbitkan_pada, undated.diterbitkan_pada) == (datetime(2022, 7, 7), None)


def test_a_list_of_before_there_was_a_date_is_read(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{_HEAD.replace('tanggal_terbit,', '')}\n3375,tpt,2022,4.98,persen,Databoks,ya,catatan\n")
    (row,) = publication_candidates(
        read_publication_rows(path), catalogue, area_codes=("3375",), file_name=path.name, sha256="0" * 64
    )
    assert (row.nilai, row.diterbitkan_pada, row.catatan, row.refusal) == (Decimal("4.98"), None, "catatan", None)
