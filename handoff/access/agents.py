"""Which browser it was, in two words, from what it says of itself: so that an adviser knows their own again."""

from __future__ import annotations

#: The first that fits: browsers call themselves by the names of those they are like.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def named(agent: str) -> str:
    """ "Firefox, Windows"; empty when neither is known."""
    found = (next((name for sign, name in table if sign in agent), "") for table in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in found if name)
