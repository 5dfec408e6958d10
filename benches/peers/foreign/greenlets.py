"""The programs on greenlets of gevent.

Arguments: the program, its number, how many operations, how many threads.
Prints the nanoseconds of the processor and on the wall, and the most bytes, or "none".
"""

import sys

import gevent
from gevent.event import Event
from gevent.lock import BoundedSemaphore
from gevent.queue import Queue

from measuring import Meter, random_durations


def yielding(count):
    for _ in range(count):
        gevent.sleep(0)


def yields(tasks, count):
    running = [gevent.spawn(yielding, count // tasks) for _ in range(tasks)]
    meter = Meter()
    gevent.joinall(running)
    meter.stop()


def returning(output):
    return output


def spawn_join(_, count):
    meter = Meter()
    total = 0
    for output in range(count):
        total += gevent.spawn(returning, output).get()
    meter.stop()


def spawn_all(is_reused, count):
    for is_last in [False, True][1 - is_reused :]:
        meter = Meter()
        tasks = [gevent.spawn(returning, output) for output in range(count)]
        total = 0
        for task in tasks:
            total += task.get()
        if is_last:
            meter.stop()


def sleepers(_, count):
    meter = Meter()
    gevent.joinall([gevent.spawn(gevent.sleep, time) for time in random_durations(count)])
    meter.stop()


def parked(state, count):
    for_ever = Event()

    def park():
        kept = bytearray(state) if state else None
        for_ever.wait()
        return kept

    meter = Meter()
    tasks = [gevent.spawn(park) for _ in range(count)]
    gevent.sleep(0)
    gevent.sleep(0)
    meter.stop()
    for_ever.set()
    gevent.joinall(tasks)


def tree(first, leaves):
    if leaves == 1:
        return first
    part = leaves // 10
    tasks = [gevent.spawn(tree, first + n * part, part) for n in range(10)]
    return sum(task.get() for task in tasks)


def skynet(_, count):
    leaves = 10 ** (len(str(count)) - 1)
    meter = Meter()
    total = gevent.spawn(tree, 0, leaves).get()
    meter.stop()
    assert total == leaves * (leaves - 1) // 2


def timeout(_, count):
    meter = Meter()
    for _ in range(count):
        with gevent.Timeout(3600):
            gevent.sleep(0)
    meter.stop()


def ping_pong(_, count):
    to, back = Queue(1), Queue(1)

    def pong():
        for _ in range(count):
            back.put(to.get())

    other = gevent.spawn(pong)
    meter = Meter()
    for value in range(count):
        to.put(value)
        back.get()
    meter.stop()
    other.join()


def lock(_, count):
    alone = BoundedSemaphore(1)
    meter = Meter()
    for _ in range(count):
        with alone:
            pass
    meter.stop()


def contended_lock(tasks, count):
    shared = BoundedSemaphore(1)

    def hold():
        for _ in range(count // tasks):
            with shared:
                gevent.sleep(0)

    meter = Meter()
    gevent.joinall([gevent.spawn(hold) for _ in range(tasks)])
    meter.stop()


PROGRAMS = {
    "yield": yields,
    "spawn_join": spawn_join,
    "spawn_all": spawn_all,
    "sleepers": sleepers,
    "timeout": timeout,
    "parked": parked,
    "skynet": skynet,
    "ping_pong": ping_pong,
    "lock": lock,
    "contended_lock": contended_lock,
}

name, number, count, threads = sys.argv[1], *map(int, sys.argv[2:])
if name in PROGRAMS and threads == 1:
    PROGRAMS[name](number, count)
else:
    print("none")
