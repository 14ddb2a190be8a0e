"""Which cases and conversations a search leads to. Every query is bound to the adviser's organisations.

A case answers by what it says of its resident, a conversation by what was written in it and by its number; all words
are needed, in the one way or the other. Common words are looked for along the newest talks, rare ones where they stand.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, exists, intersect, or_, select, union_all
from sqlalchemy.orm import Session

from bot.models import Case, CaseWord, Conversation, ConversationWord, Resident
from bot.search_index import SearchIndex, Word, text_words, who_words
from bot.search_words import Term, exact
from handoff.search.sealed import Standing

#: A word that so many have is common.
COMMON = 1_000
#: When each of several words has more than so many, they soon meet in the newest conversations.
_VERY_COMMON = 8_000


@dataclass(frozen=True, slots=True)
class Finder:
    """Where is searched, and for what."""

    session: Session
    index: SearchIndex
    organisations: frozenset[int]
    standing: Standing
    terms: tuple[Term, ...]
    common: int = COMMON
    very_common: int = _VERY_COMMON

    def cases(self, words: str, limit: int, offset: int = 0) -> Sequence[int]:
        """The cases that have all the words: whose case number it is, whose name, then the others; of each open ones
        first, then the newest.
        """
        is_ref = Case.id.in_(self._of_cases([("ref", exact(words))]))
        is_name = and_(*(Case.id.in_(self._of_cases([("name", term.who or "")])) for term in self.terms))
        asked = select(Case.id).where(Case.organisation_id.in_(self.organisations), *self._standing_of_case())
        asked = asked.where(Case.id.in_(self._cases_to_look_at(words)))
        asked = asked.where(*(Case.id.in_(self._of_cases(who_words(term))) for term in self.terms))
        order = (case((is_ref, 0), (is_name, 1), else_=2), case((Case.status == "open", 0), else_=1))
        asked = asked.order_by(*order, Case.opened_at.desc(), Case.id.desc())
        return self.session.scalars(asked.limit(limit).offset(offset)).all()

    def _cases_to_look_at(self, words: str) -> Collection[int]:
        """All cases that have the rarest of the words; of words that very many have, the newest."""
        some = [set(self._newest_cases(who_words(term), self.common + 1)) for term in self.terms]
        fewest = min(some, key=len)
        if len(fewest) <= self.common:
            return fewest
        if len(some) > 1:
            with_all = intersect(*(self._of_cases(who_words(term)) for term in self.terms)).subquery()
            newest = select(with_all.c.case_id).order_by(with_all.c.case_id.desc()).limit(self.common)
            return self.session.scalars(newest).all()
        named: list[Word] = [("name", self.terms[0].who or ""), ("ref", exact(words))]
        return fewest.union(*(self._newest_cases([word], self.common) for word in named))

    def _newest_cases(self, words: Sequence[Word], limit: int) -> Sequence[int]:
        return self.session.scalars(self._of_cases(words).order_by(CaseWord.case_id.desc()).limit(limit)).all()

    def numbers(self, limit: int) -> Sequence[int]:
        """The conversations whose number is asked for."""
        if len(self.terms) != 1 or not self.terms[0].phone:
            return ()
        with_number = self._of_conversations([("phone", self.terms[0].phone)])
        asked = select(Conversation.id).where(*self._open_to(), Conversation.id.in_(with_number))
        return self.session.scalars(asked.order_by(Conversation.id.desc()).limit(limit)).all()

    def conversations(self, limit: int, offset: int = 0) -> Sequence[int]:
        """The conversations in which all the words stand, at least one of them written: the newest first."""
        terms = [term for term in self.terms if term.written or term.phone]
        written = [term for term in terms if term.written]
        if not written:
            return ()
        alone = len(terms) == 1  # then no case's words help it
        asked = select(Conversation.id).where(*self._open_to(), *(self._answers(term, alone=alone) for term in terms))
        if not alone:
            asked = asked.where(or_(*(self._stands_in(text_words(term)) for term in written)))
        newest = (Conversation.last_message_at.desc().nulls_last(), Conversation.id.desc())
        rarest = self._rarest(terms, alone=alone)
        if rarest is None:  # so many have them that the newest are soon found
            asked = asked.where(Conversation.last_message_at.is_not(None))
            newest = (Conversation.last_message_at.desc(), Conversation.id.desc())
        else:
            asked = asked.where(Conversation.id.in_(rarest))
        return self.session.scalars(asked.order_by(*newest).limit(limit).offset(offset)).all()

    def _rarest(self, terms: Sequence[Term], *, alone: bool) -> Collection[int] | None:
        """The conversations that answer the rarest of the words; None when all are common."""
        found = [self._some(term, alone=alone) for term in terms]
        fewest = min(found, key=len)
        if len(fewest) <= self.common:
            return fewest
        return None if alone else self._fewest(terms)

    def _fewest(self, terms: Sequence[Term]) -> Collection[int] | None:
        """The conversations that answer the rarest of several common words; None when all are very common."""
        few: list[Sequence[int]] = []
        for term in terms:
            of_case = select(Conversation.id).where(Conversation.case_id.in_(self._of_cases(who_words(term))))
            either = union_all(self._of_conversations(text_words(term)), of_case).limit(self.very_common + 1)
            few.append(self.session.scalars(either).all())
        fewest = min(few, key=len)
        return fewest if len(fewest) <= self.very_common else None

    def _some(self, term: Term, *, alone: bool) -> set[int]:
        """The conversations that answer this word; some of them, when they are many."""
        here = self._of_conversations(text_words(term)).limit(self.common + 1)
        found = set(self.session.scalars(here))
        if alone or len(found) > self.common:
            return found
        of_case = select(Conversation.id).where(Conversation.case_id.in_(self._of_cases(who_words(term))))
        return found | set(self.session.scalars(of_case.limit(self.common + 1)))

    def _answers(self, term: Term, *, alone: bool) -> ColumnElement[bool]:
        here = self._stands_in(text_words(term))
        if alone:
            return here
        tokens = self._tokens(who_words(term))
        return or_(here, exists().where(CaseWord.case_id == Conversation.case_id, CaseWord.token.in_(tokens)))

    def _stands_in(self, words: Sequence[Word]) -> ColumnElement[bool]:
        here = ConversationWord.conversation_id == Conversation.id
        return exists().where(here, ConversationWord.token.in_(self._tokens(words)))

    def _of_cases(self, words: Sequence[Word]) -> Select[int]:
        return select(CaseWord.case_id).where(CaseWord.token.in_(self._tokens(words)))

    def _of_conversations(self, words: Sequence[Word]) -> Select[int]:
        return select(ConversationWord.conversation_id).where(ConversationWord.token.in_(self._tokens(words)))

    def _tokens(self, words: Sequence[Word]) -> list[int]:
        return self.index.tokens(self.organisations, *words)

    def _standing_of_case(self) -> tuple[ColumnElement[bool], ...]:
        match self.standing:
            case "open":
                return (Case.status == "open",)
            case "closed":
                return (Case.status != "open",)
        return ()

    def _open_to(self) -> tuple[ColumnElement[bool], ...]:
        mine = Conversation.organisation_id.in_(self.organisations)
        match self.standing:
            case "open":
                return mine, Conversation.closed_at.is_(None)
            case "closed":
                return mine, Conversation.closed_at.is_not(None)
        return (mine,)


def talk_of_case(session: Session, cases: Collection[int]) -> dict[int, int]:
    """The conversation of each of these cases that has one: its own that spoke last, else that with its resident."""
    own = select(Conversation.case_id, Conversation.id).where(Conversation.case_id.in_(cases))
    is_number = (Conversation.organisation_id == Case.organisation_id) & (Conversation.phone == Resident.phone)
    with_resident = select(Case.id, Conversation.id).join(Case.resident).join(Conversation, is_number)
    with_resident = with_resident.where(Case.id.in_(cases), ~Case.number_taken_off)
    oldest_first = (Conversation.last_message_at.asc().nulls_first(), Conversation.id)
    found: dict[int, int] = {}
    for asked in (with_resident, own):
        found |= {case_id: id_ for case_id, id_ in session.execute(asked.order_by(*oldest_first)) if case_id}
    return found
