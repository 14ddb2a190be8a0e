"""Files of cases for the tests of the pages on waves."""

from __future__ import annotations

import io
import re
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.handoff.conftest import AdviserAtWork

HEADINGS = "sagsnr;navn;telefon;restance;frist;sprog"
FILE = "\n".join(
    [
        HEADINGS,
        "HP-1;Line Bek;11116001;8.450,50;11-12-2026;da",
        "HP-2;Ahmad Rahimi;11116002;5.100;11-12-2026;en",
        "HP-3;Jørgen Å. Lund;11116003;7.200;11-12-2026;da",
        "HP-4;Uden Nummer;;4.000;11-12-2026;da",
        "HP-5;Har Betalt;11116005;0;11-12-2026;da",
        "HP-6;Frist Gået;11116006;4.000;20-11-2026;da",
        "HP-7;Sagt Stop;11116007;4.000;11-12-2026;da",
        "HP-8;=1+1;11116008;8.4OO,00;11-12-2026;da",
        "HP-1;Line Igen;11116009;8.450,50;11-12-2026;da",
        ";Ingen Sag;11116010;100;31-11-2026;da",
    ]
)
GOOD = "\n".join(FILE.split("\n")[:4])


def lay_up(
    who: AdviserAtWork, organisation: int, content: str | bytes = FILE, name: str = "restancer.csv", **form: Any
) -> TestResponse:
    """The adviser chooses a file and presses "Tjek filen"."""
    page = who.open(f"/waves/{organisation}/upload").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token, "the page has no form"
    data = content.encode() if isinstance(content, str) else content
    sent = {"csrf_token": token[1], "file": FileStorage(io.BytesIO(data), filename=name), **form}
    boundary, body = encode_multipart(sent)  # here, in memory: the client leaves the files open that it would write
    kind = f'multipart/form-data; boundary="{boundary}"'
    return who.client.post(f"/waves/{organisation}/upload", data=body, content_type=kind)
