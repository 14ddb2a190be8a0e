"""/board: what a wave came to, for whoever works here and for an afdelingsbestyrelse; on paper, and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from bot.models import Organisation
from handoff.board.periods import Period, own_months, quarter_of, read_period, shifted, year
from handoff.board.reading import Shelf, read_board, read_organisations
from handoff.board.rows import wave_months
from handoff.board.sheet import as_csv
from handoff.board.shown import Shown, show
from handoff.formats import clock, day
from handoff.frame import guard, page
from handoff.inbox import this_moment
from handoff.login import database, me

blueprint = Blueprint("board", __name__, template_folder="../templates")

guard(blueprint)

#: So many months are offered one by one; every other can be named in the address.
_OFFERED = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """Which board is wanted: whose, and of when."""

    mine: list[Organisation]
    organisations: list[Organisation]
    slug: str
    period: Period
    months: list[str]

    @property
    def whose(self) -> str:
        """The name in the title."""
        return self.organisations[0].name if len(self.organisations) == 1 else _("Alle boligorganisationer")

    @property
    def has_waves(self) -> bool:
        """False before the first wave."""
        return bool(self.months)


@blueprint.get("/board")
def home() -> ResponseReturnValue:
    """The board."""
    with database().read() as session:
        asked = _asked(session)
        now = this_moment()
        return page(
            session,
            "board",
            "board",
            asked=asked,
            shown=_shown(session, asked),
            choices=_choices(asked),
            counted=f"{day(now.date(), now.date())} kl. {clock(now)}",
            counted_on=f"{now:%d-%m-%Y} kl. {clock(now)}",
        )


@blueprint.get("/board/method")
def method() -> ResponseReturnValue:
    """Sådan regner vi."""
    with database().read() as session:
        return page(session, "board", "board_method", costs=_costs(session))


@blueprint.get("/board.csv")
def sheet() -> ResponseReturnValue:
    """The same figures as on the page, for a spreadsheet."""
    with database().read() as session:
        asked = _asked(session)
        shown = _shown(session, asked)
    about = ("Tavlen", asked.whose, asked.period.words, f"Opgjort {this_moment():%d-%m-%Y}")
    tables = shown.tables.values() if shown.cases else ()
    answer = Response(as_csv(about, tables), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="tavlen-{asked.period.name}.csv"'
    return answer


def _shown(session: Session, asked: Asked) -> Shown:
    board = read_board(session, asked.organisations, asked.period, this_moment(), _shelf())
    return show(board, _("Boligorganisation") if len(asked.organisations) > 1 else _("Afdeling"))


def _shelf() -> Shelf:
    return cast(Shelf, current_app.extensions.setdefault("handoff_board", Shelf()))


def _asked(session: Session) -> Asked:
    """What the address says; 404 for an organisation that is not the reader's, and for no period."""
    mine = read_organisations(session, me().acting.organisations)
    slug = request.args.get("organisation", "")
    chosen = [each for each in mine if not slug or each.slug == slug]
    if not chosen:
        abort(404)
    months = wave_months(session, [each.id for each in chosen])
    return Asked(mine, chosen, slug, _period(months), months)


def _period(months: Sequence[str]) -> Period:
    first, last = request.args.get("from", ""), request.args.get("to", "")
    newest = months[-1] if months else f"{this_moment():%Y-%m}"
    if first or last:
        return own_months(first, last) or abort(404)
    return read_period(request.args.get("period") or newest) or abort(404)


def _choices(asked: Asked) -> list[tuple[str, list[Period]]]:
    """The periods to choose among, the newest first."""
    newest = max([*asked.months, asked.period.last])
    months = [shifted(newest, -back) for back in range(_OFFERED)]
    known = [month for month in months if not asked.months or month >= asked.months[0]] or [newest]
    quarters = list(dict.fromkeys(quarter_of(month) for month in known))
    years = list(dict.fromkeys(year(int(month[:4])) for month in known))
    single = [period for month in known if (period := read_period(month))]
    own = [] if asked.period in (*single, *quarters, *years) else [asked.period]
    groups = ((_("Måned"), single), (_("Kvartal"), quarters), (_("År"), years), (_("Egne måneder"), own))
    return [(label, periods) for label, periods in groups if periods]


def _costs(session: Session) -> list[tuple[str, int]]:
    from bot.organisations import read_settings

    mine = read_organisations(session, me().acting.organisations)
    return [(each.name, read_settings(each.settings).eviction_cost) for each in mine]
