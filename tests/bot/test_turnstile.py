"""Who asks first goes first, also when the one inside comes again at once."""

import threading

from bot.turnstile import Turnstile

PATIENCE = 10


def test_who_waits_goes_before_who_comes_again():
    turnstile, order = Turnstile(), []
    entered, waiting = threading.Event(), threading.Event()

    def reply() -> None:
        entered.wait(PATIENCE)
        waiting.set()
        with turnstile:
            order.append("reply")

    thread = threading.Thread(target=reply)
    thread.start()
    for number in range(3):
        with turnstile:
            entered.set()
            if number == 0:
                waiting.wait(PATIENCE)
                while not turnstile._waiting:
                    pass
            order.append(f"piece {number}")
    thread.join(PATIENCE)
    assert order.index("reply") == 1


def test_who_is_in_may_enter_once_more_and_leaves_when_all_is_done():
    turnstile = Turnstile()
    with turnstile, turnstile:
        pass
    done = threading.Event()

    def enter() -> None:
        with turnstile:
            done.set()

    threading.Thread(target=enter).start()
    assert done.wait(PATIENCE)


def test_no_two_are_in_at_once():
    turnstile, inside, seen = Turnstile(), [], []

    def work() -> None:
        for _ in range(200):
            with turnstile:
                inside.append(1)
                seen.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert (len(seen), set(seen)) == (1200, {1})
