"""What stands around the words of a mail: greeting, the way to the inbox, and how to be without such mails. Pure."""

from __future__ import annotations

#: How each kind is turned off; empty: it cannot be.
_OFF = {
    "waiting": "Du får denne mail, når en beboer har ventet længe på svar.",
    "digest": "Du får denne mail om morgenen på arbejdsdage, når der er noget at gøre.",
    "mention": "Du får denne mail, når en kollega nævner dig i en note.",
    "incident": "Du får denne mail, fordi du er administrator, og noget ikke kan vente.",
}
_CRISIS = (
    "Denne mail sendes, til en af jer har set alarmen, og kan ikke slås fra. "
    "Hvem der får den først, står i vagtplanen under Opsætning."
)
_OWN_LINK = "Har du ikke bedt om den, så se bort fra den. Svar ikke på mailen; ingen læser svarene."


def written_out(kind: str, first_name: str, body: str, public_url: str) -> str:
    """The whole mail in plain text."""
    base = public_url.rstrip("/")
    if kind in ("invitation", "reset"):
        return f"Hej {first_name}\n\n{body}\n\n--\n{_OWN_LINK}\n"
    foot = _CRISIS if kind == "crisis" else f"{_OFF.get(kind, '')} Slå den til og fra her: {base}/me".strip()
    return (
        f"Hej {first_name}\n\n{body}\n\nÅbn indbakken: {base}/inbox\n\n"
        f"--\nMailen nævner ingen beboere; alt står i indbakken, bag dit log-in.\n{foot}\n"
    )
