"""The kernels of bench/sections/parallel/kernels.ts."""

import math

import numpy as np
from numba import prange

from kernels import kernel


@kernel(parallel=True)
def parallel_fork_join(a, times):
    for t in range(times):
        for i in prange(len(a)):
            a[i] = i + t


@kernel(parallel=True)
def parallel_mandelbrot(out, w, h, limit):
    for y in prange(h):
        for x in range(w):
            cr = (x / w) * 3 - 2
            ci = (y / h) * 2.4 - 1.2
            zr = 0.0
            zi = 0.0
            n = 0
            while n < limit and zr * zr + zi * zi < 4:
                t = zr * zr - zi * zi + cr
                zi = 2 * zr * zi + ci
                zr = t
                n += 1
            out[y * w + x] = n


@kernel(fastmath=True, parallel=True)
def parallel_forces(x, y, z, m, out):
    for i in prange(len(x)):
        f = 0.0
        for j in range(len(x)):
            dx = x[j] - x[i]
            dy = y[j] - y[i]
            dz = z[j] - z[i]
            d = dx * dx + dy * dy + dz * dz + 1e-9
            f += m[j] / (d * math.sqrt(d))
        out[i] = f


@kernel(fastmath=True, parallel=True)
def parallel_black_scholes(price, strike, years, out):
    for i in prange(len(price)):
        root = 0.3 * math.sqrt(years[i])
        d = (math.log(price[i] / strike[i]) + 0.065 * years[i]) / root
        normal = 1 / (1 + math.exp(-1.702 * d))
        lower = 1 / (1 + math.exp(-1.702 * (d - root)))
        out[i] = price[i] * normal - strike[i] * math.exp(-0.02 * years[i]) * lower


@kernel(fastmath=True, parallel=True)
def parallel_copy(a, b):
    for i in prange(len(a)):
        a[i] = b[i]


@kernel(fastmath=True, parallel=True)
def parallel_triad(a, b, c):
    for i in prange(len(a)):
        a[i] = b[i] + 3 * c[i]


@kernel(fastmath=True, parallel=True)
def parallel_sum(a):
    s = 0.0
    for i in prange(len(a)):
        s += a[i]
    return s


# Numba has no array reduction by index: each thread counts a part of its own.
@kernel(parallel=True)
def parallel_histogram(a, counts):
    parts = 64
    own = np.zeros((parts, 256), np.uint32)
    n = len(a)
    for p in prange(parts):
        for i in range(p * n // parts, (p + 1) * n // parts):
            own[p, a[i]] += 1
    for k in range(256):
        total = 0
        for p in range(parts):
            total += own[p, k]
        counts[k] = total
