"""Is what a person wants to decide complete, and may this person decide it? All that is wrong is told at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ipa_core.domain.decisions import Decision, DecisionKind
from ipa_core.domain.organisations import IPA_ROLES, Role, Share, is_valid_on
from ipa_core.domain.recommendations import Adoption
from ipa_core.domain.solutions import solution_code
from ipa_core.domain.updates import RootCause, Status
from ipa_core.errors import InputRefused, UnknownDossier
from ipa_core.intake.cells import code_hint
from ipa_core.intake.problems import ProblemList
from ipa_core.intake.table_rows import DATE_PROBLEMS, date_problem
from ipa_core.store import decisions, signals, updates
from ipa_core.usecases.check_solution import check_plan, check_proposal
from ipa_core.usecases.show_signals import list_open

if TYPE_CHECKING:
    from datetime import date

    from ipa_core.domain.dossiers import Dossier
    from ipa_core.domain.organisations import Contact
    from ipa_core.domain.signals import Signal
    from ipa_core.domain.solutions import Solution
    from ipa_core.usecases.acts import Act
    from ipa_core.usecases.views import ProgrammeView

ACKNOWLEDGED_FOR = 10
"""Working days ahead that the next step of an acknowledgement may lie."""

SNOOZED_FOR = 20
"""Working days that a signal may be snoozed at a time."""

SNOOZES = 3
"""A snooze and two renewals; more takes the projectleider."""

OF_IPA = frozenset(
    {DecisionKind.VERIFY, DecisionKind.REFUSE, DecisionKind.ADOPT, DecisionKind.REBASELINE, DecisionKind.ANSWER}
)
"""What only IPA decides."""


ADOPTIONS = (Adoption.ADOPTED, Adoption.PARTLY, Adoption.NOT_ADOPTED)

TAKES = {
    DecisionKind.ACKNOWLEDGE: {"--until", "--next-step"},
    DecisionKind.SNOOZE: {"--until"},
    DecisionKind.EXPLAIN: {"--until"},
    DecisionKind.ADOPT: {"--adoption"},
    DecisionKind.REBASELINE: {"--on"},
    DecisionKind.PROPOSE: {"--next-step", "--owner", "--on", "--review-on", "--cause"},
    DecisionKind.REPLAN: {"--on", "--review-on"},
}
"""What else than who and why belongs to each kind."""


class _About(NamedTuple):
    """What a decision is about, as it is stored."""

    dossier: str
    signal: str = ""
    rule: str = ""
    subject: str = ""


def check_act(view: ProgrammeView, act: Act) -> Decision:
    """Return the decision, not numbered yet.

    Raises:
        InputRefused: the act is not complete, or not for this person to decide; with every problem.
    """
    problems = ProblemList()
    if act.kind not in set(DecisionKind):
        problems.add("act_unknown", column="BESLUIT", value=act.kind, choices=", ".join(DecisionKind))
    problems.raise_any()
    return _Check(view, act, DecisionKind(act.kind), problems).decision()


@dataclass(slots=True)
class _Check:
    view: ProgrammeView
    act: Act
    kind: DecisionKind
    problems: ProblemList
    signal: Signal | None = None
    dossier: Dossier | None = None
    solution: Solution | None = None
    contact: Contact | None = None

    def decision(self) -> Decision:
        self._find_subject()
        self._find_contact()
        if not self.act.reason.strip():
            self._refuse("act_without_reason", "--reason")
        for column, text in self.act.unread.items():
            if column in TAKES.get(self.kind, set()):
                self._refuse(date_problem(text), column, text)
        for column, value in self._given():
            if column not in TAKES.get(self.kind, set()):
                self._refuse("act_takes_no", column, value, kind=self.kind.value)
        if self._is_subject_known:
            self._check_kind()
        # A date that cannot be read is not missing as well.
        unread = {column: column in TAKES.get(self.kind, set()) for column in self.act.unread}
        found = [one for one in self.problems.in_order() if not unread.get(one.column) or one.code in DATE_PROBLEMS]
        if found:
            raise InputRefused(found)
        return self._as_decision()

    def _as_decision(self) -> Decision:
        act, about = self.act, self._about()
        return Decision(
            seq=0,
            kind=self.kind,
            at=self.view.at,
            dossier=about.dossier,
            by=act.by,
            organisation=self.contact.organisation if self.contact is not None else "",
            reason=act.reason.strip(),
            signal=about.signal,
            rule=about.rule,
            subject=about.subject,
            until=act.until,
            planned_on=self._planned_on(),
            adoption=Adoption(act.adoption) if act.adoption else None,
            next_step=act.next_step.strip(),
            solution=self._solution_code(),
            root_cause=RootCause(act.root_cause) if act.root_cause else None,
            owner=act.owner,
            review_on=act.review_on,
            is_accepted=self.kind is not DecisionKind.EXPLAIN or self._is_of_ipa,
        )

    def _about(self) -> _About:
        if self.solution is not None:
            proposal = self.solution.proposal
            return _About(proposal.dossier, proposal.signal, proposal.rule, proposal.subject)
        if self.signal is not None:
            return _About(self.signal.dossier, self.signal.id, self.signal.rule, self.signal.subject.code)
        return _About(self.act.about)

    def _solution_code(self) -> str:
        if self.kind is DecisionKind.PROPOSE:
            return solution_code(decisions.count_proposals(self.view.session, self.view.code) + 1)
        return self.solution.code if self.solution is not None else ""

    def _refuse(self, code: str, column: str, value: object = "", **details: str) -> None:
        self.problems.add(code, row=None, column=column, value=value, file="", **details)

    def _given(self) -> list[tuple[str, object]]:
        act = self.act
        values = {
            "--until": act.until,
            "--on": act.planned_on,
            "--adoption": act.adoption,
            "--next-step": act.next_step,
            "--owner": act.owner,
            "--cause": act.root_cause,
            "--review-on": act.review_on,
        }
        return [(column, value) for column, value in {**values, **self.act.unread}.items() if value]

    @property
    def _is_subject_known(self) -> bool:
        """Tell whether it was found; of what nobody knows, nobody can tell who carries it either."""
        return self.dossier is not None or self.signal is not None or self.solution is not None

    @property
    def _is_of_ipa(self) -> bool:
        return self.contact is not None and self.contact.role in IPA_ROLES

    def _planned_on(self) -> date | None:
        if self.kind is DecisionKind.REBASELINE and self.act.planned_on is None and self.dossier is not None:
            return self.dossier.planned_on
        return self.act.planned_on

    def _find_subject(self) -> None:
        if self.kind.is_about_signal:
            found = signals.read_at(self.view.session, self.view.code, at=self.view.at, ids={self.act.about})
            self.signal = next(iter(found), None)
            if self.signal is None:
                self._refuse_signal()
            return
        if self.kind.is_about_solution:
            known = decisions.list_solutions(self.view.session, self.view.code, {self.act.about})
            self.solution = next(iter(known), None)
            if self.solution is None:
                self._refuse("act_solution_unknown", "OPLOSSING", self.act.about)
            return
        try:
            self.dossier = self.view.get_dossier(self.act.about)
        except UnknownDossier:
            hint = code_hint(self.act.about, self.view.register)
            self._refuse("act_dossier_unknown", "AANBEVELING", self.act.about, hint=hint)

    def _refuse_signal(self) -> None:
        if self.act.about not in self.view.register:
            self._refuse("act_signal_unknown", "SIGNAAL", self.act.about)
            return
        known = ", ".join(list_open(self.view, self.act.about)) or "geen"
        self._refuse("act_signal_is_dossier", "SIGNAAL", self.act.about, choices=known)

    def _find_contact(self) -> None:
        known = [one for one in self.view.directory.contacts if one.email == self.act.by]
        on_duty = [one for one in known if is_valid_on(one, self.view.on)]
        # Somebody with two roles decides in the one that may do most.
        on_duty.sort(key=lambda one: (one.role is not Role.PROJECT_LEAD, one.role not in IPA_ROLES))
        self.contact = next(iter(on_duty), None)
        if self.contact is None:
            self._refuse("act_by_unknown" if self.act.by else "act_by_missing", "--by", self.act.by)
            return
        if self.kind in OF_IPA and not self._is_of_ipa:
            self._refuse("act_of_ipa", "--by", self.act.by)
        elif self._is_subject_known and not self._is_of_ipa and self.contact.organisation not in self._concerned():
            self._refuse("act_of_others", "--by", self.act.by, organisation=self.contact.organisation)

    def _concerned(self) -> set[str]:
        """Return the organisations that carry the dossier or the solution, or that the signal is about."""
        code = self._about().dossier
        found = {*self.view.holders(Share.LEAD, code), *self.view.holders(Share.CO_LEAD, code)}
        if self.signal is not None:
            found.add(self.view.ministry_of(self.signal.subject, self.signal.dossier) or "")
        if self.solution is not None:
            found.add(self.view.present(self.solution.owner))
        return found

    def _check_kind(self) -> None:
        checks = {
            DecisionKind.ACKNOWLEDGE: self._check_acknowledge,
            DecisionKind.SNOOZE: self._check_snooze,
            DecisionKind.EXPLAIN: self._check_explain,
            DecisionKind.VERIFY: self._check_judgement,
            DecisionKind.REFUSE: self._check_judgement,
            DecisionKind.ADOPT: self._check_adopt,
            DecisionKind.DROP: self._check_drop,
            DecisionKind.REBASELINE: self._check_rebaseline,
            DecisionKind.ANSWER: self._check_answer,
            DecisionKind.PROPOSE: self._check_propose,
            DecisionKind.REPLAN: self._check_replan,
            DecisionKind.DONE: self._check_done,
        }
        checks[self.kind]()

    def _check_acknowledge(self) -> None:
        if not self.act.next_step.strip():
            self._refuse("act_without_next_step", "--next-step")
        self._check_until(ACKNOWLEDGED_FOR)

    def _check_snooze(self) -> None:
        self._check_until(SNOOZED_FOR)
        decided = decisions.list_of_signals(self.view.session, self.view.code, {self.act.about}, known_at=self.view.at)
        before = sum(one.kind is DecisionKind.SNOOZE for one in decided.get(self.act.about, ()))
        is_lead = self.contact is not None and self.contact.role is Role.PROJECT_LEAD
        if before >= SNOOZES and not is_lead:
            self._refuse("act_snoozed_enough", "SIGNAAL", self.act.about, times=str(before))

    def _check_until(self, within: int) -> None:
        last_on = self.view.calendar.add_working_days(self.view.on, within)
        if self.act.until is None:
            self._refuse("act_without_until", "--until", last=last_on.isoformat())
        elif not self.view.on <= self.act.until <= last_on:
            first, last = self.view.on.isoformat(), last_on.isoformat()
            self._refuse("act_until_outside", "--until", self.act.until, first=first, last=last)

    def _check_explain(self) -> None:
        if self.signal is not None and self.signal.dossier not in self.view.register:
            self._refuse("act_nothing_to_explain", "SIGNAAL", self.act.about)
        if self.act.until is None:
            self._refuse("act_without_end", "--until")
        elif self.act.until < self.view.on:
            self._refuse("act_in_the_past", "--until", self.act.until)

    def _check_judgement(self) -> None:
        dossier = self.dossier
        if dossier is None:
            return
        if dossier.status is not Status.COMPLETED:
            self._refuse("act_not_completed", "AANBEVELING", self.act.about)
            return
        reporters = updates.list_submitters(self.view.session, self.view.code, self.act.about)
        organisation = self.contact.organisation if self.contact is not None else ""
        if self.act.by in reporters or dossier.claim.update.organisation == organisation:
            self._refuse("act_by_reporter", "--by", self.act.by)
        if self.kind is DecisionKind.VERIFY and not dossier.is_completion_shown:
            self._refuse("act_without_evidence", "AANBEVELING", self.act.about)

    def _check_adopt(self) -> None:
        if self.act.adoption not in ADOPTIONS:
            code = "act_adoption_unknown" if self.act.adoption else "act_without_adoption"
            self._refuse(code, "--adoption", self.act.adoption)

    def _check_drop(self) -> None:
        if self.dossier is not None and self.dossier.status.is_terminal:
            self._refuse("act_closed_already", "AANBEVELING", self.act.about)

    def _check_rebaseline(self) -> None:
        if self._planned_on() is None:
            self._refuse("act_without_date", "--on")
        if self.dossier is not None and self.dossier.is_closed:
            self._refuse("act_closed_already", "AANBEVELING", self.act.about)

    def _check_answer(self) -> None:
        if self.dossier is not None and self.dossier.open_help is None:
            self._refuse("act_nothing_to_answer", "AANBEVELING", self.act.about)

    def _check_propose(self) -> None:
        check_proposal(self.view, self.act, self.problems)

    def _check_replan(self) -> None:
        check_plan(self.view, self.act, self.problems, review_on=self.solution.review_on if self.solution else None)

    def _check_done(self) -> None:
        if self.solution is not None and self.solution.done is not None:
            self._refuse("act_done_already", "OPLOSSING", self.act.about)
