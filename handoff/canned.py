"""Canned replies: what an organisation's advisers often write. Any of them may write, change and remove one.

Only an adviser sends one, after reading it; so one pair of eyes is enough, and the lints refuse only what no SMS of
ours may hold. One transaction, given by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogs.languages import KNOWN
from bot.dialogs.lints import lint_words
from bot.models import AuditEvent, CannedReply, Organisation
from bot.nlu.masking import mask_cpr
from bot.sms import downgrade, is_gsm7, segments
from handoff.handoffs import Acting
from handoff.places import longest, unknown

NAME, BODY = 80, 1000
#: More SMS than this in a row is a letter.
MOST_SMS = 4
#: So many are told to be long.
FEW_SMS = 2
_REFUSED = frozenset({"link", "secret", "threat", "promise"})


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that is wrong with a reply; refused, or only said."""

    name: str
    about: str = ""
    is_refused: bool = True


@dataclass(frozen=True, slots=True)
class CannedRefused:
    """It was not kept, and why."""

    why: Literal["no_reply", "findings", "changed_meanwhile"]
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the form."""

    name: str
    body: str
    language: str

    def tidy(self) -> Written:
        """As it is kept: in the signs of an SMS, on one line."""
        return Written(" ".join(self.name.split()), " ".join(downgrade(self.body).split()), self.language)


def list_replies(session: Session, organisation_id: int) -> tuple[CannedReply, ...]:
    """An organisation's replies by name."""
    mine = select(CannedReply).where(CannedReply.organisation_id == organisation_id, CannedReply.removed_at.is_(None))
    return tuple(session.scalars(mine.order_by(CannedReply.name, CannedReply.id)))


def find_reply(session: Session, organisation_id: int, reply_id: int, *, lock: bool = False) -> CannedReply | None:
    """One of them, if it stands."""
    mine = select(CannedReply).where(
        CannedReply.id == reply_id,
        CannedReply.organisation_id == organisation_id,
        CannedReply.removed_at.is_(None),
    )
    mine = mine.with_for_update().execution_options(populate_existing=True) if lock else mine
    return session.scalar(mine)


def objections(written: Written) -> tuple[Sign, ...]:
    """What is wrong with it, what must be mended first."""
    found = [*_form(written), *_words(written.body)]
    if written.body and (count := segments(longest(written.body))) > FEW_SMS:
        found.append(Sign("canned_long", str(count), count > MOST_SMS))
    return tuple(sorted(found, key=lambda sign: not sign.is_refused))


def _form(written: Written) -> list[Sign]:
    found = [Sign("canned_no_name")] if not written.name else []
    found += [Sign("canned_name_long")] if len(written.name) > NAME else []
    found += [Sign("canned_language")] if written.language not in KNOWN else []
    return found + ([Sign("empty")] if not written.body else [])


def _words(body: str) -> list[Sign]:
    found = [Sign("canned_too_long", str(BODY))] if len(body) > BODY else []
    found += [Sign("canned_place", name) for name in unknown(body)]
    found += [Sign("canned_cpr")] if mask_cpr(body)[1] else []
    found += [
        Sign(each.name, each.about, each.name in _REFUSED) for each in lint_words(body) if each.name != "ornament"
    ]
    odd = "".join(dict.fromkeys(sign for sign in body if not is_gsm7(sign)))
    return found + ([Sign("not_gsm7", odd, is_refused=False)] if odd else [])


def save_reply(
    session: Session,
    acting: Acting,
    organisation_id: int,
    written: Written,
    now: datetime,
    *,
    reply_id: int | None = None,
    seen: str = "",
) -> CannedReply | CannedRefused:
    """Write a new one, or change one; ``seen`` is the ``version`` of what the writer had before them."""
    if organisation_id not in acting.organisations or session.get(Organisation, organisation_id) is None:
        return CannedRefused("no_reply")
    reply = find_reply(session, organisation_id, reply_id, lock=True) if reply_id is not None else None
    if reply_id is not None and reply is None:
        return CannedRefused("no_reply")
    written = written.tidy()
    signs = objections(written)
    if any(sign.is_refused for sign in signs):
        return CannedRefused("findings", signs)
    if reply is not None and seen != version(reply):
        return CannedRefused("changed_meanwhile", signs)
    action = "canned_reply_changed" if reply is not None else "canned_reply_written"
    if reply is None:
        reply = CannedReply(organisation_id=organisation_id)
        session.add(reply)
    reply.name, reply.body, reply.language = written.name, written.body, written.language
    reply.adviser_id, reply.at = acting.adviser_id, now
    session.flush()
    _audit(session, acting, reply, action, now)
    return reply


def remove_reply(
    session: Session, acting: Acting, organisation_id: int, reply_id: int, now: datetime
) -> CannedReply | CannedRefused:
    """Take it out of the menu; what was sent with it stays sent."""
    found = (
        find_reply(session, organisation_id, reply_id, lock=True) if organisation_id in acting.organisations else None
    )
    if found is None:
        return CannedRefused("no_reply")
    found.removed_at, found.adviser_id = now, acting.adviser_id
    _audit(session, acting, found, "canned_reply_removed", now)
    return found


def version(reply: CannedReply) -> str:
    """What a form carries, so that nobody writes over what they have not seen."""
    return f"{reply.at.timestamp():.6f}-{reply.adviser_id or 0}"


def _audit(session: Session, acting: Acting, reply: CannedReply, action: str, now: datetime) -> None:
    session.add(
        AuditEvent(
            at=now,
            adviser_id=acting.adviser_id,
            organisation_id=reply.organisation_id,
            action=action,
            subject=f"canned_reply:{reply.id}",
        )
    )
