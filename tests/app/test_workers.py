"""Processes side by side: order, deaths, and an end at once."""

import os
import signal
import time

import pytest

from v1z3r_core.app.workers import Died, each, usable_cores


def square(item, progress):
    progress(item / 2)
    time.sleep(0.2 if item == 0 else 0.0)  # the first is the last to be done
    return item * item, os.getpid()


def dying(item, progress):
    if item == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def sleeping(item, progress):
    progress(os.getpid())
    time.sleep(60)


def test_results_come_in_the_order_of_the_items_from_several_processes():
    reached = []
    results = list(each(square, range(5), jobs=2, progress=reached.append))
    assert [value for value, _ in results] == [0, 1, 4, 9, 16]
    processes = {process for _, process in results}
    assert len(processes) == 2
    assert os.getpid() not in processes
    assert reached[-1] == sum(item / 2 for item in range(5))


def test_a_worker_that_dies_costs_its_item_and_no_other():
    results = list(each(dying, range(4), jobs=2, progress=[].append))
    assert results == [0, Died(-signal.SIGKILL), 2, 3]


def test_leaving_early_ends_the_workers():
    seen = []

    def stop(amount):
        if amount:
            seen.append(int(amount))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(each(sleeping, range(2), jobs=1, progress=stop))
    with pytest.raises(ProcessLookupError):
        os.kill(seen[0], 0)


def test_there_is_a_core():
    assert usable_cores() >= 1
