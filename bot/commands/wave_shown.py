"""A wave as ``redningskrans wave`` shows it: in Danish at a terminal, or as JSON for other programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from bot.models import Organisation
from bot.organisations import read_settings
from bot.sms import national
from bot.wave_desk import PlannedContact, PlannedSkip, State, WavePreview, WaveView
from scheduler.ladder import DEADLINE_STEP, SMS
from scheduler.waves import WHYS
from scheduler.wording import IN_WORDS, KINDS

_STATES: dict[State, str] = {
    "not_due": "er ikke startet",
    "due": "skal starte",
    "waits_for_release": "venter på frigivelse",
    "feed_too_old": "venter på nye tal fra huslejesystemet",
    "running": "kører",
    "paused": "er på pause",
    "cancelled": "er stoppet",
}
_STATUSES = {
    "queued": "i kø",
    "sending": "på vej",
    "sent": "sendt",
    "delivered": "leveret",
    "undelivered": "ikke leveret",
    "failed": "fejlet",
    "refused": "holdt tilbage",
}


def totals(shown: WavePreview) -> dict[str, int]:
    """What the wave amounts to."""
    sms = [contact for contact in shown.contacts if contact.kind == SMS]
    return {
        "cases": len({contact.case_id for contact in shown.contacts} | {skip.case_id for skip in shown.skips}),
        "sms": len(sms),
        "segments": sum(contact.segments for contact in sms),
        "tasks": len(shown.contacts) - len(sms),
        "skipped": len(shown.skips),
    }


def as_json(organisation: Organisation, shown: WavePreview) -> dict[str, Any]:
    """The preview for other programs."""
    return {
        "organisation": organisation.slug,
        "now": shown.now.isoformat(),
        "waits_until": _iso(shown.waits_until),
        "release": read_settings(organisation.settings).release,
        "contacts": [
            {
                "case_ref": contact.case_ref,
                "name": contact.name,
                "phone": contact.phone,
                "step": contact.step,
                "kind": contact.kind,
                "send_at": contact.send_at.isoformat(),
                "text": contact.text,
                "segments": contact.segments,
            }
            for contact in shown.contacts
        ],
        "skipped": [
            {
                "case_ref": skip.case_ref,
                "name": skip.name,
                "step": skip.step,
                "why": skip.why,
                "in_words": skip.in_words,
                "next_at": _iso(skip.next_at),
            }
            for skip in shown.skips
        ],
        "totals": totals(shown),
    }


def view_as_json(organisation: Organisation, view: WaveView) -> dict[str, Any]:
    """How a wave stands, for other programs."""
    return {
        "organisation": organisation.slug,
        "month": view.month,
        "state": view.state,
        "wave_day": view.wave_day.isoformat(),
        "started_at": _iso(view.started_at),
        "released_at": _iso(view.released_at),
        "paused_at": _iso(view.paused_at),
        "cancelled_at": _iso(view.cancelled_at),
        "feed_at": _iso(view.feed_at),
        "waiting_for_release": view.waiting_for_release,
        "contacts": [{"step": step, "kind": kind, "count": view.contacts[step, kind]} for step, kind in _steps(view)],
        "sms": dict(view.sms),
        "answered": view.answered,
        "skips": dict(view.skips),
    }


def print_preview(organisation: Organisation, shown: WavePreview) -> None:
    """The whole preview, case by case."""
    out = Console(highlight=False)
    out.print(f"[bold]{escape(organisation.name)}[/bold], {moment_in_words(shown.now)}\n")
    for contact in shown.contacts:
        _print_contact(out, contact)
    for skip in shown.skips:
        _print_skip(out, skip)
    sums = totals(shown)
    out.print(
        f"\n{counted(sums['sms'], 'sms')} ({counted(sums['segments'], 'segment', 'er')}), "
        f"{counted(sums['tasks'], 'opgave', 'r')}, {sums['skipped']} springes over."
    )
    if read_settings(organisation.settings).release == "second_person":
        out.print("Bølgen venter, til en anden end den, der lagde filen ind, frigiver den (wave start).")
    if shown.waits_until is not None:
        out.print(f"Uden for sendetiden: sms'er venter til {moment_in_words(shown.waits_until)}.")


def print_view(organisation: Organisation, view: WaveView) -> None:
    """How a wave stands, in a few lines."""
    out = Console(highlight=False)
    out.print(f"[bold]{escape(organisation.name)}[/bold], {view.month}: {_STATES[view.state]}.")
    if view.state == "not_due" and view.released_at is not None:
        out.print(f"Frigivet {moment_in_words(view.released_at)}, starter af sig selv {view.wave_day:%d-%m-%Y}.")
    if view.waiting_for_release:
        out.print(
            f"{counted(view.waiting_for_release, 'sag', 'er')} venter på frigivelse (under /waves eller wave start)."
        )
    for step, kind in _steps(view):
        out.print(f"  {_step_in_words(step, kind)}: {view.contacts[step, kind]}")
    for status, count in view.sms.most_common():
        out.print(f"  sms {_STATUSES[status]}: {count}")
    out.print(f"{counted(view.answered, 'beboer', 'e')} har svaret.")
    for why in WHYS:
        if view.skips[why]:
            out.print(f"  {view.skips[why]} sprunget over: {IN_WORDS[why]}")


def moment_in_words(moment: datetime) -> str:
    """27-10-2026 kl. 09.05"""
    return f"{moment:%d-%m-%Y} kl. {moment:%H.%M}"


def counted(number: int, word: str, plural: str = "") -> str:
    """1 opgave, 2 opgaver"""
    return f"{number} {word}{'' if number == 1 else plural}"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _steps(view: WaveView) -> list[tuple[int, str]]:
    return sorted(view.contacts)


def _step_in_words(step: int, kind: str) -> str:
    return KINDS[kind] if step == DEADLINE_STEP else f"{step + 1}. {KINDS[kind]}"


def _print_contact(out: Console, contact: PlannedContact) -> None:
    phone = national(contact.phone) if contact.phone else "intet nummer"
    size = f", {counted(contact.segments, 'segment', 'er')}" if contact.kind == SMS else ""
    step = _step_in_words(contact.step, contact.kind)
    who = f"{escape(contact.case_ref)}  [bold]{escape(contact.name)}[/bold], {phone}"
    out.print(f"{who}: {step}, {moment_in_words(contact.send_at)}{size}")
    if contact.text:
        out.print(Padding(escape(contact.text), (0, 0, 0, 4)))


def _print_skip(out: Console, skip: PlannedSkip) -> None:
    later = f", næste trin {moment_in_words(skip.next_at)}" if skip.next_at else ""
    out.print(f"{escape(skip.case_ref)}  {escape(skip.name)}: springes over, {skip.in_words}{later}")
