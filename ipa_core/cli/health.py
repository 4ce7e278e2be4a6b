"""Doctor and audit: what is well, what is not, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ipa_core.cli.shell import REFUSED
from ipa_core.render.dutch import word
from ipa_core.render.health import remedy, sentence
from ipa_core.reports.health import is_anything_wrong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipa_core.app import App
    from ipa_core.cli.shell import Shell
    from ipa_core.reports.health import Finding
    from ipa_core.usecases.verify_audit import AuditReport


def doctor(app: App, shell: Shell, as_of: str | None) -> int:
    """Show one line per finding; the status tells whether anything is wrong."""
    findings = app.check_health(as_of)
    shell.show([_shape(finding) for finding in findings], _lines(findings))
    return REFUSED if is_anything_wrong(findings) else 0


def verify(app: App, shell: Shell, anchor: str | None) -> int:
    """Show whether the log of acts is whole, and the anchor to note."""
    report = app.verify_audit(anchor)
    shell.show(report.as_json(), _audit_lines(report))
    return 0 if report.is_whole else REFUSED


def _shape(finding: Finding) -> dict[str, Any]:
    shape = {
        "check": finding.check.value,
        "outcome": finding.mark.value,
        "sentence": sentence(finding),
        "remedy": remedy(finding),
    }
    return {**shape, "programme": finding.programme} if finding.programme else shape


def _lines(findings: Sequence[Finding]) -> list[str]:
    lines = []
    for finding in findings:
        name = " ".join(filter(None, (word(finding.check), finding.programme)))
        lines.append(f"{word(finding.mark):<7} {name:<14} {sentence(finding)}")
        if help_ := remedy(finding):
            lines.append(f"{'':<22} → {help_}")
    return lines


def _audit_lines(report: AuditReport) -> list[str]:
    lines = [f"Het logboek heeft {report.entries} regels."]
    if report.first_broken is not None:
        lines += _broken_lines(report.first_broken)
    elif report.anchor is not None and not report.anchor_stands:
        lines += [
            f"Het anker van regel {report.anchor.seq} klopt niet: die regel is er niet meer, of is herschreven.",
            "Iemand met rechten in de database heeft het logboek vervangen. Bewaar de database en meld dit.",
        ]
    else:
        lines.append("Het logboek is heel: geen regel is gewijzigd, weggehaald of ertussen gezet.")
        if report.anchor is not None:
            lines.append(f"Het anker van regel {report.anchor.seq} staat er nog zo in.")
        lines.append(f"Bewaar dit anker buiten de database: {report.head}")
    return lines


def _broken_lines(entry: int) -> list[str]:
    if entry == 0:
        return ["De kop van het logboek is weg. Bewaar de database zoals hij is, en meld dit."]
    return [
        f"De eerste regel die niet klopt is nummer {entry}: die is gewijzigd, weggehaald of ertussen gezet.",
        f"Wat vóór regel {entry} staat, klopt. Bewaar de database zoals hij is, en meld dit.",
    ]
