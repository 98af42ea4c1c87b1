"""
The register of the suite's kernels in Numba: the algorithms of bench/suite, loop for loop, with arrays of as many
dimensions as there are, as one writes them in Python: a flat index computed by hand costs Numba a test for negative ones.
"""

from dataclasses import dataclass
from typing import Any, Callable

from numba import njit


@dataclass
class Kernel:
    serial: Callable[..., Any]
    # The same function with its pranges at work; None where it has none.
    parallel: Callable[..., Any] | None


KERNELS: dict[str, Kernel] = {}


def kernel(*, fastmath: bool = False, parallel: bool = False):
    """Registers a function under its name: compiled serially, and once more with parallel=True if it has a prange."""

    def register(function):
        both = Kernel(njit(fastmath=fastmath, cache=True)(function), None)
        if parallel:
            both.parallel = njit(fastmath=fastmath, parallel=True, cache=True)(function)
        KERNELS[function.__name__] = both
        return both.serial

    return register
