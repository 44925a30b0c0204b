import threading

from v1z3r_core.engine.mailbox import CAPACITY, Mailbox


def test_values_come_out_in_order_and_once():
    box = Mailbox()
    for value in range(5):
        box.post(value)
    assert list(box.drain()) == [0, 1, 2, 3, 4]
    assert list(box.drain()) == []


def test_a_full_box_keeps_the_newest_and_counts_the_rest():
    box = Mailbox()
    for value in range(CAPACITY + 3):
        box.post(value)
    assert box.dropped == 3
    assert list(box.drain()) == list(range(3, CAPACITY + 3))


def test_nothing_is_lost_between_threads():
    box, seen = Mailbox(), []
    writers = [
        threading.Thread(target=lambda base=base: [box.post(base + n) for n in range(200)])
        for base in (0, 1000, 2000)
    ]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        seen.extend(box.drain())
    seen.extend(box.drain())
    assert sorted(seen) == sorted(base + n for base in (0, 1000, 2000) for n in range(200))
    assert box.dropped == 0
