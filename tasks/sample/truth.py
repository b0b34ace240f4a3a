"""What the result of a synthetic register must be, counted while it is made. No NIK and no name ever gets in here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tasks.sample.defects import carries
from tasks.sample.persons import Bools, Ints, People
from tasks.sample.plan import ReleasePlan
from tasks.sample.transitions import Happened

_LINES_PER_CODE = 20
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AreaCodes:
    """Kemendagri codes: of each kelurahan, of the kecamatan of each, and of each kecamatan. `whole` stands for all of
    them where a file does not say who lives where."""

    kelurahan: Sequence[str]
    kecamatan_of: Ints
    kecamatan: Sequence[str]
    whole: str | None = None

    def by_kelurahan(self, counts: Ints) -> dict[str, int]:
        if self.whole is not None:
            return {self.whole: int(counts.sum())}
        return {code: int(count) for code, count in zip(self.kelurahan, counts, strict=True)}

    def by_kecamatan(self, counts: Ints) -> dict[str, int]:
        if self.whole is not None:
            return {}
        sums = np.bincount(self.kecamatan_of, weights=counts, minlength=len(self.kecamatan))
        return {code: round(count) for code, count in zip(self.kecamatan, sums, strict=True)}


@dataclass(slots=True)
class ReleaseTally:
    """Counts of one release's file."""

    accepted: Ints
    warned: int = 0
    rejected: int = 0
    warnings: Counter[str] = field(default_factory=Counter)
    rejects: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    reject_lines: dict[str, list[int]] = field(default_factory=dict)

    def add_accepted(self, people: People, shown: Mapping[str, Bools]) -> None:
        """Count these persons as rows that must be accepted, with the warnings each must get."""
        self.accepted += np.bincount(people.kelurahan, minlength=len(self.accepted))
        warned = np.zeros(len(people), bool)
        for code, who in shown.items():
            warned |= who
            self.warnings[code] += int(np.count_nonzero(who))
        self.warned += int(np.count_nonzero(warned))

    def add_rejected(self, codes: Sequence[tuple[str, ...]], lines: Ints) -> None:
        """Count rows that must be rejected, each with all the codes it must get, and the lines they stand in."""
        self.rejected += len(codes)
        for row_codes, line in zip(codes, lines, strict=True):
            for code in row_codes:
                self.rejects[code] += 1
                known = self.reject_lines.setdefault(code, [])
                if len(known) < _LINES_PER_CODE:
                    known.append(int(line))

    def control_totals(self, codes: AreaCodes) -> list[Json]:
        """Persons per kecamatan as the decree states them."""
        return [
            {"level": "kecamatan", "kode_kemendagri": code, "persons": count}
            for code, count in codes.by_kecamatan(self.accepted).items()
        ]

    def to_json(self, file: str, release: ReleasePlan, codes: AreaCodes) -> Json:
        accepted = int(self.accepted.sum())
        skipped = sum(self.skipped.values())
        return {
            "file": file,
            "period": release.period,
            "sk_number": release.sk_number,
            "sk_date": release.sk_date.isoformat(),
            "rows_in_file": accepted + self.rejected + skipped,
            "accepted": accepted,
            "rejected": self.rejected,
            "skipped": skipped,
            "warned": self.warned,
            "tanpa_nik": self.warnings["NIK_KOSONG"],
            "skipped_by_kind": dict(sorted(self.skipped.items())),
            "rejects_by_code": dict(sorted(self.rejects.items())),
            "reject_lines": {code: sorted(lines) for code, lines in sorted(self.reject_lines.items())},
            "warnings_by_code": {code: count for code, count in sorted(self.warnings.items()) if count},
            "accepted_by_kelurahan": codes.by_kelurahan(self.accepted),
            "accepted_by_kecamatan": codes.by_kecamatan(self.accepted),
        }


@dataclass(slots=True)
class StepTally:
    """Persons with a usable NIK who entered, left, moved, changed, or are in both of two releases, per kelurahan."""

    entered: Ints
    left: Ints
    moved: Ints
    changed: Ints
    in_both: Ints

    @classmethod
    def empty(cls, kelurahan: int) -> StepTally:
        none = [np.zeros(kelurahan, np.int64) for _ in range(4)]
        return cls(none[0], none[1], np.zeros((kelurahan, kelurahan), np.int64), none[2], none[3])

    def add(self, happened: Happened, entered: Ints, stayed: People) -> None:
        """`stayed` are in both releases; rows of one NIK count once."""
        self.left += happened.left
        self.moved += happened.moved
        self.changed += happened.changed
        self.entered += entered
        followed = stayed.at(np.flatnonzero(~carries(stayed, "NIK_KOSONG")))
        _, once = np.unique(followed.nik, return_index=True)
        self.in_both += np.bincount(followed.kelurahan[once], minlength=len(self.in_both))

    def to_json(
        self, earlier: ReleasePlan, later: ReleasePlan, before: AreaCodes, codes: AreaCodes, *, crosses: bool
    ) -> Json:
        """
        Args:
            before, codes: of the earlier and the later release; who moved can be told only where both say places.
            crosses: the releases are of different layouts, which say different things of a person; then who is in both
                is told instead of who changed.
        """
        pairs = [
            {"from": codes.kelurahan[start], "to": codes.kelurahan[end], "persons": int(self.moved[start, end])}
            for start, end in np.argwhere(self.moved > 0).tolist()
        ]
        if before.whole is not None or codes.whole is not None:
            pairs = []
        counted = {"entered": self.entered, "left": self.left}
        counted |= {"in_both": self.in_both} if crosses else {"changed": self.changed}
        return {
            "from": earlier.period,
            "to": later.period,
            **{
                kind: {
                    "total": int(counts.sum()),
                    "by_kelurahan": (before if kind == "left" else codes).by_kelurahan(counts),
                }
                for kind, counts in counted.items()
            },
            "moved": {"total": sum(pair["persons"] for pair in pairs), "pairs": pairs},
        }
