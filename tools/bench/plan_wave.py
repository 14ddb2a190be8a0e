"""A process that plans one organisation's wave, from its rows: ``python -m bench.plan_wave DATABASE_URL ID``.

Says as JSON how many cases it planned, the seconds, and the most memory in bytes that the whole process has held.
"""

import json
import resource
import sys
from time import perf_counter

from bench.wave_world import NOW
from bot.db import Database
from bot.models import Organisation
from scheduler.run_waves import planned

#: Linux counts in kilobytes, macOS in bytes.
_UNIT = 1 if sys.platform == "darwin" else 1024


def main(url: str, organisation_id: str) -> None:
    db = Database(url)
    with db.read() as session:
        organisation = session.get_one(Organisation, int(organisation_id))
        began = perf_counter()
        items = planned(session, organisation, NOW)
        seconds = perf_counter() - began
    db.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
    print(json.dumps({"cases": len(items), "seconds": seconds, "bytes": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
