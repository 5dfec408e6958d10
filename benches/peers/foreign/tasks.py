"""The programs on tasks of asyncio, and on generators.

Arguments: the program, its number, how many operations, how many threads.
Prints the nanoseconds of the processor and on the wall, and the most bytes, or "none".
"""

import asyncio
import sys
from itertools import islice

from measuring import Meter, random_durations


async def yielding(count):
    for _ in range(count):
        await asyncio.sleep(0)


async def yields(tasks, count):
    running = [asyncio.create_task(yielding(count // tasks)) for _ in range(tasks)]
    meter = Meter()
    for task in running:
        await task
    meter.stop()


async def returning(output):
    return output


async def spawn_join(_, count):
    meter = Meter()
    total = 0
    for output in range(count):
        total += await asyncio.create_task(returning(output))
    meter.stop()


async def spawn_all(is_reused, count):
    for is_last in [False, True][1 - is_reused :]:
        meter = Meter()
        tasks = [asyncio.create_task(returning(output)) for output in range(count)]
        total = 0
        for task in tasks:
            total += await task
        if is_last:
            meter.stop()


async def sleepers(_, count):
    meter = Meter()
    tasks = [asyncio.create_task(asyncio.sleep(time)) for time in random_durations(count)]
    for task in tasks:
        await task
    meter.stop()


async def parked(state, count):
    async def park(for_ever):
        kept = bytearray(state) if state else None
        await for_ever
        return kept

    for_ever = asyncio.get_running_loop().create_future()
    meter = Meter()
    tasks = [asyncio.create_task(park(for_ever)) for _ in range(count)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    meter.stop()
    for_ever.set_result(None)
    for task in tasks:
        await task


async def tree(first, leaves):
    if leaves == 1:
        return first
    part = leaves // 10
    tasks = [asyncio.create_task(tree(first + n * part, part)) for n in range(10)]
    total = 0
    for task in tasks:
        total += await task
    return total


async def skynet(_, count):
    leaves = 10 ** (len(str(count)) - 1)
    meter = Meter()
    total = await asyncio.create_task(tree(0, leaves))
    meter.stop()
    assert total == leaves * (leaves - 1) // 2


async def timeout(_, count):
    meter = Meter()
    for _ in range(count):
        async with asyncio.timeout(3600):
            await asyncio.sleep(0)
    meter.stop()


def numbers(end):
    number = 0
    while number < end:
        yield number
        number += 1


def fibonacci_numbers():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, (a + b) % 2**64


def added(items):
    total = 0
    meter = Meter()
    for item in items:
        total ^= item
    meter.stop()


async def numbers_in_order(_, count):
    added(numbers(count))


async def fibonacci(_, count):
    added(islice(fibonacci_numbers(), count))


async def ping_pong(_, count):
    to, back = asyncio.Queue(1), asyncio.Queue(1)

    async def pong():
        for _ in range(count):
            await back.put(await to.get())

    other = asyncio.create_task(pong())
    meter = Meter()
    for value in range(count):
        await to.put(value)
        await back.get()
    meter.stop()
    await other


async def lock(_, count):
    alone = asyncio.Lock()
    meter = Meter()
    for _ in range(count):
        async with alone:
            pass
    meter.stop()


async def contended_lock(tasks, count):
    shared = asyncio.Lock()

    async def hold():
        for _ in range(count // tasks):
            async with shared:
                await asyncio.sleep(0)

    meter = Meter()
    for task in [asyncio.create_task(hold()) for _ in range(tasks)]:
        await task
    meter.stop()


PROGRAMS = {
    "yield": yields,
    "spawn_join": spawn_join,
    "spawn_all": spawn_all,
    "sleepers": sleepers,
    "timeout": timeout,
    "range": numbers_in_order,
    "fibonacci": fibonacci,
    "parked": parked,
    "skynet": skynet,
    "ping_pong": ping_pong,
    "lock": lock,
    "contended_lock": contended_lock,
}

name, number, count, threads = sys.argv[1], *map(int, sys.argv[2:])
if name in PROGRAMS and threads == 1:
    asyncio.run(PROGRAMS[name](number, count))
else:
    print("none")
