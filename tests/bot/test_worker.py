"""Crews of threads: one looks at a time, many may be at work, replies are never kept waiting, a stop finishes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest

from bot.worker import Crew, Job, Worker
from tests.rig import eventually

HOUR = 3600.0


class Work:
    """Pieces of work that last until they are told to end."""

    def __init__(self, pieces: int = 0) -> None:
        self.pieces, self.looks, self.looking, self.most_looking = pieces, 0, 0, 0
        self.at_work: list[threading.Event] = []
        self._guard = threading.Lock()

    def do(self, found: Callable[[], None]) -> bool:
        with self._guard:
            self.looks, self.looking = self.looks + 1, self.looking + 1
            self.most_looking = max(self.most_looking, self.looking)
            was_any, self.pieces = self.pieces > 0, max(0, self.pieces - 1)
            end = threading.Event()
            if was_any:
                self.at_work.append(end)
            self.looking -= 1
        if was_any:
            found()
            end.wait()
            with self._guard:
                self.at_work.remove(end)
        return was_any

    def end_all(self) -> None:
        with self._guard:
            self.pieces = 0
            for end in self.at_work:
                end.set()


@pytest.fixture
def held() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def started(held: ExitStack, *crews: Crew, ends: Sequence[Work] = ()) -> Worker:
    """At the end of the test the work at hand is told to end first: a stop waits for it."""
    worker = Worker(*crews)
    held.callback(worker.stop)
    for work in ends:
        held.callback(work.end_all)
    worker.start()
    return worker


def sleepy(name: str, job: Job, **more: object) -> Crew:
    """A crew that looks when it is woken, and else never."""
    return Crew(name, job, pause=lambda: HOUR, **more)  # type: ignore[arg-type]  # a crew's own words


def test_an_idle_crew_looks_with_one_thread_however_many_it_has(held: ExitStack):
    work = Work()
    crew = sleepy("turns", work.do, threads=16)
    started(held, crew)
    eventually(lambda: work.looks == 1)
    crew.wake()
    eventually(lambda: work.looks == 2)
    assert work.most_looking == 1


def test_who_finds_something_lets_the_next_look_so_that_all_threads_come_to_work(held: ExitStack):
    work = Work(pieces=40)
    started(held, sleepy("outbox", work.do, threads=16), ends=[work])
    eventually(lambda: len(work.at_work) == 16)
    assert work.most_looking == 1
    assert work.pieces == 40 - 16


def test_what_had_to_wait_for_another_piece_is_looked_for_when_that_is_done(held: ExitStack):
    work = Work(pieces=1)
    started(held, sleepy("outbox", work.do, threads=2), ends=[work])
    eventually(lambda: len(work.at_work) == 1 and work.looks == 2)
    work.pieces = 1
    work.at_work[0].set()
    eventually(lambda: len(work.at_work) == 1 and work.looks >= 3)


def test_the_last_free_threads_do_only_what_is_urgent(held: ExitStack):
    bulk, replies = Work(pieces=40), Work()
    crew = sleepy("outbox", bulk.do, threads=4, urgent=replies.do, reserve=1)
    started(held, crew, ends=[bulk, replies])
    eventually(lambda: len(bulk.at_work) == 3 and replies.looks)
    replies.pieces = 1
    crew.wake()
    eventually(lambda: len(replies.at_work) == 1)
    assert len(bulk.at_work) == 3


def test_a_free_thread_does_bulk_again_when_others_have_ended(held: ExitStack):
    bulk, replies = Work(pieces=4), Work()
    started(held, sleepy("outbox", bulk.do, threads=4, urgent=replies.do, reserve=1), ends=[bulk])
    eventually(lambda: len(bulk.at_work) == 3 and replies.looks)
    bulk.at_work[0].set()
    eventually(lambda: bulk.pieces == 0)


def test_it_looks_again_when_something_is_due_of_which_nobody_tells(held: ExitStack):
    work = Work()
    started(held, sleepy("outbox", work.do, soon=lambda: 0.001))
    eventually(lambda: work.looks > 3)


def test_a_job_that_fails_ends_no_thread(held: ExitStack):
    looked = threading.Semaphore(0)

    def fails(found: Callable[[], None]) -> bool:
        looked.release()
        raise ConnectionError

    crew = sleepy("turns", fails)
    worker = started(held, crew)
    for _ in range(3):
        assert looked.acquire(timeout=20)
        crew.wake()
    assert worker.is_running
    assert worker.still() == []


def test_a_question_that_fails_is_no_reason_to_sleep_less_or_to_die(held: ExitStack):
    work = Work()

    def fails() -> float | None:
        raise ConnectionError

    crew = sleepy("outbox", work.do, soon=fails)
    worker = started(held, crew)
    eventually(lambda: work.looks == 1)
    crew.wake()
    eventually(lambda: work.looks == 2)
    assert worker.still() == []


def test_stopping_waits_for_the_piece_at_hand_and_takes_no_other():
    work = Work(pieces=2)
    worker = Worker(sleepy("turns", work.do))
    worker.start()
    eventually(lambda: work.at_work)
    stopping = threading.Thread(target=worker.stop)
    stopping.start()
    eventually(lambda: worker._stopping.is_set())
    assert worker.is_running
    work.at_work[0].set()
    stopping.join(20)
    eventually(lambda: not worker.is_running)
    assert work.pieces == 1


def test_a_large_idle_crew_stops_at_once():
    worker = Worker(sleepy("outbox", Work().do, threads=32), sleepy("turns", Work().do, threads=2))
    worker.start()
    worker.stop()
    assert not worker.is_running


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # it is meant to die
def test_a_crew_whose_thread_has_died_stands_still(held: ExitStack):
    def dies(found: Callable[[], None]) -> bool:
        raise KeyboardInterrupt

    worker = started(held, sleepy("turns", dies), sleepy("outbox", Work().do))
    eventually(lambda: worker.still() == ["turns"])
