"""What a program took, and the same sleeps for every runtime."""

import time


def status_bytes(line):
    with open("/proc/self/status", encoding="ascii") as status:
        for text in status:
            if text.startswith(line):
                return int(text.split()[1]) * 1024
    return 0


class Meter:
    """Runs from its making until `stop`."""

    def __init__(self):
        self.resident = status_bytes("VmRSS:")
        self.cpu = time.process_time_ns()
        self.started = time.monotonic_ns()

    def stop(self):
        wall = time.monotonic_ns() - self.started
        cpu = time.process_time_ns() - self.cpu
        print(cpu, wall, max(status_bytes("VmHWM:") - self.resident, 0))


def random_durations(count):
    """In seconds; by Knuth's MMIX constants."""
    state = 0x9E3779B97F4A7C15
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (1 + (state >> 32) % 1_000_000_000) / 1e9
