"""Take in a submission: keep the bytes first, then accept the lines that are right and send back the others."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy.exc import IntegrityError

from ipa_core import faults
from ipa_core.domain.moments import day_of
from ipa_core.domain.organisations import Share
from ipa_core.domain.updates import Origin, Plan, StatusUpdate
from ipa_core.intake.cells import code_hint
from ipa_core.intake.decoding import readable_name
from ipa_core.intake.likeness import likeness
from ipa_core.intake.problems import Problem, problem
from ipa_core.intake.submissions import Line, ReadSubmission, read_submission, too_large
from ipa_core.reports.receipts import Outcome, Receipt
from ipa_core.store import audit, programmes, rounds, submissions, updates
from ipa_core.store.submissions import ReceivedFileRow, SubmissionRow
from ipa_core.usecases.follow_causes import follow_causes
from ipa_core.usecases.refresh_expectations import refresh_dossiers, refresh_patterns, refresh_requests
from ipa_core.usecases.request_histories import list_histories_of_round
from ipa_core.usecases.views import ProgrammeView

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.milestones import MilestoneStanding
    from ipa_core.domain.rounds import Request, RequestHistory
    from ipa_core.store.database import Database


def collect_file(
    database: Database, *, name: str, content: bytes | None, programme: str | None, form_key: str, at: datetime
) -> Receipt:
    """Keep the file byte for byte, commit, then read it and append what is right.

    The same bytes a second time are a duplicate and change nothing. Bytes that were kept but never read, because the
    machine stopped in between, are read now; so are bytes of which nothing was right before, since the reason may be
    gone. Reading is done between the two transactions: a heavy workbook keeps nobody waiting.

    Without content the file is too large to read: it goes back as it is, and nothing of it is kept.
    """
    name = readable_name(name)
    if content is None:
        return Receipt(name=name, sha256="", outcome=Outcome.REJECTED, problems=(too_large(),))
    digest = sha256(content).hexdigest()
    counted = database.write(lambda session: _keep(session, name, content, digest, at=at))
    if counted is not None:
        return counted
    faults.at("intake.after_keeping")
    read = read_submission(name, content, form_key=form_key)
    faults.at("intake.after_reading")
    return database.write(lambda session: _take_in(session, name, read, digest, programme=programme, at=at))


def _keep(session: Session, name: str, content: bytes, digest: str, *, at: datetime) -> Receipt | None:
    """Keep the bytes; return the receipt when they were taken in before."""
    file = submissions.find_file(session, digest)
    if file is not None:
        return _as_duplicate(name, file) if file.outcome not in (None, Outcome.REJECTED) else None
    try:
        with session.begin_nested():
            session.add(ReceivedFileRow(sha256=digest, name=name, content=content, received_at=at))
    except IntegrityError:
        # Somebody else kept the same bytes at the same time.
        return None
    audit.append(
        session,
        programme=None,
        at=at,
        actor="engine",
        action="file.keep",
        subject=f"file:{digest}",
        details={"bytes": len(content)},
    )
    return None


def _take_in(
    session: Session, name: str, read: ReadSubmission, digest: str, *, programme: str | None, at: datetime
) -> Receipt:
    file = submissions.find_file(session, digest, is_locked=True)
    if file is None:
        raise AssertionError(digest)
    was_rejected = file.outcome is Outcome.REJECTED
    if file.outcome is not None and not was_rejected:
        # Somebody else took in the same bytes while we read them.
        return _as_duplicate(name, file)
    found = _Reading(session, name, read, programme, at).take_in(digest, file.id or 0)
    if was_rejected and found.outcome is Outcome.REJECTED:
        return replace(found, outcome=Outcome.DUPLICATE)
    file.outcome, file.read_at, file.receipt = found.outcome, at, found.as_json()
    session.add(file)
    audit.append(
        session,
        programme=found.programme or None,
        at=at,
        actor=found.organisation or "engine",
        action="file.read",
        subject=f"file:{digest}",
        details={
            "outcome": found.outcome.value,
            "submission": found.submission,
            "updates": len(found.lines),
            "problems": len(found.problems),
        },
    )
    return found


def _as_duplicate(name: str, file: ReceivedFileRow) -> Receipt:
    receipt = file.receipt or {}
    return Receipt(
        name=name,
        sha256=file.sha256,
        outcome=Outcome.DUPLICATE,
        submission=receipt.get("submission"),
        programme=receipt.get("programme", ""),
        round=receipt.get("round", ""),
        organisation=receipt.get("organisation", ""),
        problems=tuple(Problem(**found) for found in receipt.get("problems", ())),
    )


class _Reading:
    """One file on its way in: finds out where it belongs, and checks each line against the register."""

    def __init__(self, session: Session, name: str, read: ReadSubmission, programme: str | None, at: datetime) -> None:
        self.session = session
        self.name = name
        self.read = read
        self.at = at
        self.problems: list[Problem] = list(read.problems)
        self.programme = "" if read.is_broken else self._find_programme(programme)
        self.view: ProgrammeView | None = None
        if self.programme:
            programmes.lock(session, self.programme, at=at)
            self.view = ProgrammeView(session, self.programme, at=at)
        self.organisation = self._find_organisation()
        self.round = self._find_round()

    def take_in(self, digest: str, file_id: int) -> Receipt:
        """Append the lines that are right, in the transaction of the caller."""
        lines = self._accepted_lines() if self.view and self.organisation and self.round else []
        lines = [] if self.read.is_returned else lines
        submission = self._append(lines, file_id) if lines and self.view else None
        if submission is None:
            outcome = Outcome.REJECTED
        else:
            outcome = Outcome.ACCEPTED if len(lines) == self.read.line_count else Outcome.PARTLY
        return Receipt(
            name=self.name,
            sha256=digest,
            outcome=outcome,
            submission=submission,
            programme=self.programme,
            round=self.round or self.read.round,
            organisation=self.organisation or self.read.organisation,
            lines=tuple(lines),
            problems=tuple(sorted(self.problems, key=lambda found: (found.row or 0, found.column))),
        )

    def _find_programme(self, chosen: str | None) -> str:
        codes = programmes.list_codes(self.session)
        named = next((code for code in codes if code.casefold() == self.read.programme.casefold()), "")
        if self.read.programme and (not named or chosen not in (None, named)):
            choices = codes if chosen is None else [chosen]
            self._refuse("programme_unknown", value=self.read.programme, choices=_listed(choices))
            return ""
        if named or chosen in codes:
            return named or chosen or ""
        asked = [code for code in codes if len(codes) == 1 or self._is_asked(code)]
        if len(asked) == 1:
            return asked[0]
        self._refuse_missing("no_programme_for_file")
        return ""

    def _is_asked(self, programme: str) -> bool:
        return rounds.find_request(self.session, programme, self.read.round, self.read.organisation) is not None

    def _find_organisation(self) -> str:
        if self.view is None:
            return ""
        known = self.view.directory.organisations
        found = next((code for code in known if code.casefold() == self.read.organisation.casefold()), "")
        if not found and self.read.organisation:
            self._refuse("organisation_unknown", value=self.read.organisation, choices=_listed(known))
        elif not found:
            self._refuse_missing("organisation_missing")
        return found

    def _find_round(self) -> str:
        if self.view is None:
            return ""
        codes = self._rounds
        if not self.read.round and codes:
            return codes[-1]
        found = next((code for code in codes if code.casefold() == self.read.round.casefold()), "")
        if not found and self.read.round:
            self._refuse("round_unknown", value=self.read.round, choices=_listed(codes) or "geen")
        elif not found:
            self._refuse_missing("round_missing")
        return found

    @cached_property
    def _rounds(self) -> list[str]:
        """The rounds that are open or were, oldest first."""
        return [one.code for one in rounds.list_rounds(self.session, self.programme, known_at=self.at)]

    @cached_property
    def _earlier_notes(self) -> Mapping[str, Sequence[str]]:
        """What the answers to the round before this one noted, by dossier."""
        before = self._rounds[: self._rounds.index(self.round)]
        return updates.list_notes(self.session, self.programme, before[-1]) if before else {}

    def _refuse_missing(self, code: str) -> None:
        """Say that something is missing, unless it may stand below a heading that we do not know."""
        if not self.read.is_returned:
            self._refuse(code)

    def _refuse(self, code: str, *, row: int | None = None, column: str = "", value: str = "", **details: str) -> None:
        self.problems.append(problem(code, row=row, column=column, value=value, **details))

    def _accepted_lines(self) -> list[StatusUpdate]:
        return [update for line in self.read.lines if (update := self._check(line)) is not None]

    def _check(self, line: Line) -> StatusUpdate | None:
        """Return the fact in the line, or note why it goes back."""
        view = self.view
        if view is None:
            return None
        codes = {code.casefold(): code for code in (*view.register, *view.milestones)}
        code = codes.get(line.dossier.casefold())
        if code is None:
            hint = code_hint(line.dossier, codes.values(), most=1)
            self._refuse("dossier_unknown", row=line.row, column=line.columns["dossier"], value=line.dossier, hint=hint)
            return None
        dossier = view.milestones[code].dossier if code in view.milestones else code
        leads = view.holders(Share.LEAD, dossier)
        if self.organisation not in (*leads, *view.holders(Share.CO_LEAD, dossier)):
            self._refuse(
                "not_responsible",
                row=line.row,
                column=line.columns["dossier"],
                value=line.dossier,
                organisation=self.organisation,
                lead=_listed(leads) or "niemand",
            )
            return None
        if line.is_unchanged and self._has_news(line, self._standing(view, code)):
            return None
        return StatusUpdate(
            seq=0,
            dossier=dossier,
            milestone=code if code != dossier else None,
            organisation=self.organisation,
            effective_on=day_of(self.at),
            recorded_at=self.at,
            origin=Origin.ANSWER,
            round=self.round,
            status=None if line.is_unchanged else line.status,
            progress=None if line.is_unchanged else line.progress,
            plan=None if line.is_unchanged else line.plan,
            reason=line.reason,
            note=line.note,
            likeness=likeness(line.note, self._earlier_notes.get(dossier, ())) if code == dossier else None,
            evidence=line.evidence,
            root_cause=line.root_cause,
            help_wanted=line.help_wanted,
            effect=line.effect,
            rating=line.rating,
            is_unchanged=line.is_unchanged,
        )

    def _standing(self, view: ProgrammeView, code: str) -> Dossier | MilestoneStanding:
        """Return what was said until now about the dossier or the milestone with this code."""
        milestone = view.milestones.get(code)
        dossier = view.get_dossier(milestone.dossier if milestone is not None else code)
        return next((one for one in dossier.milestones if one.milestone.code == code), dossier)

    def _has_news(self, line: Line, now: Dossier | MilestoneStanding) -> bool:
        """Tell whether a line that says *unchanged* also says something else than what stands, and refuse it then.

        Prefilled forms repeat what stands; a new value beside the tick would be lost without a word.
        """
        stands = {"status": now.status, "progress": now.progress, "plan": Plan(on=now.planned_on)}
        said = {name: getattr(line, name) for name in stands}
        news = [name for name, value in said.items() if value is not None and value != stands[name]]
        if news:
            self._refuse(
                "unchanged_with_news",
                row=line.row,
                column=line.columns["is_unchanged"],
                value="ja",
                news=_listed(line.columns[name] for name in news),
            )
        return bool(news)

    def _append(self, lines: Sequence[StatusUpdate], file_id: int) -> str:
        """Append submission and facts, answer the request, and hold what is expected now."""
        submission = str(uuid4())
        self.session.add(
            SubmissionRow(
                id=submission,
                programme=self.programme,
                file_id=file_id,
                round=self.round,
                organisation=self.organisation,
                submitted_by=self.read.submitted_by,
                effective_on=day_of(self.at),
                recorded_at=self.at,
            )
        )
        self.session.flush()
        self.session.add_all(updates.as_row(self.programme, line, submission=submission) for line in lines)
        self.session.flush()
        view = ProgrammeView(self.session, self.programme, at=self.at)
        refresh_dossiers(view, {line.dossier for line in lines}, since=self.at)
        for request in self._answered(view, {line.dossier for line in lines}):
            rounds.settle_answered(self.session, self.programme, request, at=self.at)
        refresh_requests(view, self._touched_requests(view, {line.dossier for line in lines}), since=self.at)
        refresh_patterns(view)
        if any(line.root_cause is not None for line in lines):
            follow_causes(view, since=self.at)
        programmes.note_write(self.session, programmes.get_row(self.session, self.programme), at=self.at)
        return submission

    def _answered(self, view: ProgrammeView, dossiers: set[str]) -> list[Request]:
        """Return the requests that lines about these dossiers answer: all that the ministry holds.

        When it also holds the request of one whose place it took, only those are that ask about any of the dossiers.
        """
        requests = rounds.list_requests(self.session, self.programme, known_at=self.at, round_code=self.round)
        mine = [one for one in requests if view.present(one.organisation) == self.organisation]
        if len(mine) > 1:
            asked = {one.request.code: one.at(self.at).asked for one in list_histories_of_round(view, self.round)}
            mine = [one for one in mine if not dossiers.isdisjoint(asked[one.code])] or mine
        return [one for one in mine if one.settled_at() is None]

    def _touched_requests(self, view: ProgrammeView, dossiers: set[str]) -> list[RequestHistory]:
        """Return the requests of the round that these lines answer, or that ask about what they are about."""
        return [
            history
            for history in list_histories_of_round(view, self.round)
            if view.present(history.request.organisation) == self.organisation
            or not dossiers.isdisjoint(history.at(self.at).asked)
        ]


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(codes)
