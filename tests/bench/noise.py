"""How noisy the machine was: the same piece of pure CPU work again and again, and what other
programs took meanwhile.
"""

import os
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench.figures import spread
from tests.bench.processes import cpu_s

_TICKS = os.sysconf("SC_CLK_TCK")
_TURNS = 600_000


class MachineCpu(NamedTuple):
    """What all processors together spent since the machine began, in seconds; `stolen` went to
    other virtual machines.
    """

    busy_s: float
    stolen_s: float


def machine_cpu(stat: str) -> MachineCpu:
    """Read the first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal, in
    ticks.
    """
    user, nice, system, _idle, _iowait, irq, softirq, steal = (
        int(ticks) / _TICKS for ticks in stat.split("\n", 1)[0].split()[1:9]
    )
    return MachineCpu(user + nice + system + irq + softirq, steal)


class Noise:
    """Watches from its making on; `calibrate` is called between the parts."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._before, self._load_before = _machine_now(), os.getloadavg()[0]
        self._spins_ms: list[float] = []
        self.calibrate()

    def calibrate(self) -> None:
        """Do a fixed piece of work and keep how long it took: longer means that something else had
        the CPU, or that it ran slower.
        """
        began, turns = time.perf_counter(), 0
        while turns < _TURNS:
            turns += 1
        self._spins_ms.append((time.perf_counter() - began) * 1000)

    def summary(self) -> dict[str, float]:
        """To be asked for when all that the bench began has ended: else their CPU counts as that of
        others.
        """
        self.calibrate()
        now, seconds = _machine_now(), time.monotonic() - self._began
        others_s = now.busy_s - self._before.busy_s - cpu_s([os.getpid()])
        return {
            "calibration_before_ms": self._spins_ms[0],
            "calibration_after_ms": self._spins_ms[-1],
            "calibration_median_ms": median(self._spins_ms),
            "calibration_spread": spread(self._spins_ms),
            "load_average_before": self._load_before,
            "load_average_after": os.getloadavg()[0],
            "cores": float(os.cpu_count() or 1),
            "cores_used_by_others": max(others_s, 0.0) / seconds,
            "cores_stolen": (now.stolen_s - self._before.stolen_s) / seconds,
            "seconds": seconds,
        }


def _machine_now() -> MachineCpu:
    return machine_cpu(Path("/proc/stat").read_text())
