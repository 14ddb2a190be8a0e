"""What the case says of itself and an adviser may know better: language, whose case it is, the kommune.

Arrears, deadline and stage are the rent system's words and are not edited here.
"""

from __future__ import annotations

from collections.abc import Mapping

from handoff.case_work.changes import keep_all
from handoff.case_work.forms import Button, Editing, Field, Why, Work, seal, text_problem
from handoff.case_work.todos import colleagues
from handoff.saying import said
from handoff.wording import catalogue, word


def read(work: Work, key: str) -> Editing | None:
    """The one form."""
    case = work.case
    if case is None or key != "all":
        return None
    language = work.thread.language if work.thread else case.resident.language
    languages: dict[str, str] = catalogue()["languages"]
    known = tuple(languages.items()) if language in languages else (*languages.items(), (language, language))
    nobody = (("", said("Ingen bestemt")), *colleagues(work)[1:])
    whose = str(case.adviser_id or "")
    if whose not in dict(nobody) and case.adviser is not None:
        nobody = (*nobody, (whose, case.adviser.name))
    fields = (
        Field(
            "language", said("Sprog"), "choice", language, known, hint=said("Botten skriver på dansk eller engelsk.")
        ),
        Field(
            "adviser",
            said("Hvis sag er det?"),
            "choice",
            whose,
            nobody,
            hint=said("Navnet står i de sms'er, der sendes."),
        ),
        Field("municipality", said("Kommune"), "text", case.municipality),
    )
    stands = seal(language, case.adviser_id, case.municipality)
    return Editing(
        "about-all", word("words", "about_case"), fields, (Button("save", said("Gem"), filled=True),), stands
    )


def save(work: Work, key: str, do: str, form: Mapping[str, str]) -> Why | None:
    """Gem."""
    case, editing = work.case, read(work, key)
    if case is None or editing is None:
        return "gone"
    typed = {field.name: form.get(field.name, field.value).strip() for field in editing.fields}
    if any(f.choices and typed[f.name] not in dict(f.choices) for f in editing.fields):
        return "choice"
    if problem := text_problem(typed["municipality"], 80):
        return problem
    whose = int(typed["adviser"]) if typed["adviser"] else None
    before = {f.name: f.value for f in editing.fields} | {"adviser": case.adviser_id}
    if not keep_all(work, "case", before, typed | {"adviser": whose}):
        return "no_change"
    case.adviser_id, case.municipality = whose, typed["municipality"]
    case.resident.language = typed["language"]
    if work.thread is not None:
        work.thread.language = typed["language"]
    work.audit("case_changed", f"case:{case.id}")
    return None
