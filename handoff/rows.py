"""One row of the queue and the words it says. No row shows the text of a crisis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.sms import national
from handoff.formats import moment
from handoff.priority import Chip, days_left_chip, waiting_words, why
from handoff.saying import said
from handoff.wording import word


@dataclass(frozen=True, slots=True)
class QueueRow:
    """What a row is made of."""

    id: int
    phone: str
    resident: str
    department: str
    language: str
    priority: str
    reason: str | None
    held_by: str
    holder: str
    holder_initials: str
    days_left: int | None
    waiting_since: datetime | None
    last_at: datetime | None
    last_body: str
    last_by: str
    last_media: int
    is_unread: bool
    snoozed_until: datetime | None = None  #: put away until then
    sends_at: datetime | None = None  #: when an SMS that was written to be sent later goes
    closed_at: datetime | None = None
    is_named: bool = False  #: a colleague's note names the reader, who has not looked yet
    has_draft: bool = False  #: the reader has begun to write

    @property
    def name(self) -> str:
        """The resident, or the number when we do not know whose it is."""
        return self.resident or national(self.phone)

    @property
    def is_crisis(self) -> bool:
        """True while the page is to be about the person."""
        return self.priority == "crisis"

    @property
    def chip(self) -> Chip | None:
        """The days left; in a crisis that nobody has, that is what counts."""
        if self.is_crisis and self.held_by != "adviser":
            return Chip(said("Ikke taget"), "solid")
        return days_left_chip(self.days_left)

    @property
    def reason_words(self) -> str:
        """Why the conversation is here, in words."""
        if self.closed_at:
            return said("Afsluttet")
        if self.reason:
            return word("reasons", self.reason)
        if not self.resident:
            return word("reasons", "unknown_number")
        if self.held_by == "adviser":
            return said("Taler med dig") if self._is_mine else said("Taler med {holder}", holder=self.holder)
        return said("Botten svarer") if self.held_by == "bot" else word("reasons", None)

    @property
    def preview(self) -> str:
        """The last words, by whom when not the resident; never in a crisis."""
        if self.is_crisis:
            who = f"{self._held}. " if self.held_by == "adviser" else ""
            return who + said("Teksten vises kun i samtalen")
        text = " ".join(self.last_body.split()) or (said("Har sendt et billede") if self.last_media else "")
        author = {"bot": said("Botten: "), "wave": said("Bølgen: "), "adviser": said("Svaret: ")}.get(self.last_by, "")
        return author + text

    def why(self, now: datetime) -> str:
        """Why the row stands where it stands."""
        return why(self, now)

    def wait_words(self, now: datetime) -> str:
        """When something put off comes; how long they have waited for us; else when the last word was said."""
        if self.sends_at:
            return said("sendes {when}", when=moment(self.sends_at, now))
        if self.snoozed_until:
            return said("til {when}", when=moment(self.snoozed_until, now))
        if self.waiting_since and not self.closed_at:
            return waiting_words(self.waiting_since, now)
        return moment(self.last_at, now) if self.last_at else ""

    def holder_words(self) -> str:
        """Who has it, for those who cannot see the initials."""
        if self.closed_at:
            return said("Afsluttet")
        if self.held_by == "adviser":
            return self._held
        return said("Botten har den") if self.held_by == "bot" else said("Ikke taget")

    @property
    def _is_mine(self) -> bool:
        return self.holder == "dig"  # so the queue calls the reader

    @property
    def _held(self) -> str:
        return said("Du har den") if self._is_mine else said("{holder} har den", holder=self.holder)
