import math

import numpy as np
from numba import njit, prange

from kernels import KERNELS, kernel


@kernel(fastmath=True)
def atax(a, x, y):
    n = len(x)
    m = len(a) // n
    a = a.reshape(m, n)
    y[:] = 0
    for i in range(m):
        total = 0.0
        for j in range(n):
            total += a[i, j] * x[j]
        for j in range(n):
            y[j] += a[i, j] * total


@kernel(fastmath=True, parallel=True)
def gemm(n, alpha, beta, a, b, c):
    a = a.reshape(n, n)
    b = b.reshape(n, n)
    c = c.reshape(n, n)
    for i in prange(n):
        for j in range(n):
            c[i, j] *= beta
        for k in range(n):
            t = alpha * a[i, k]
            for j in range(n):
                c[i, j] += t * b[k, j]


def _multiply(n, a, b, out):
    a = a.reshape(n, n)
    b = b.reshape(n, n)
    out = out.reshape(n, n)
    for i in prange(n):
        for j in range(n):
            out[i, j] = 0
        for k in range(n):
            t = a[i, k]
            for j in range(n):
                out[i, j] += t * b[k, j]


_multiply_serial = njit(fastmath=True)(_multiply)
_multiply_parallel = njit(fastmath=True, parallel=True)(_multiply)


@njit(fastmath=True, parallel=True)
def _k3mm_parallel(n, a, b, c, d, g):
    e = np.empty(n * n)
    f = np.empty(n * n)
    _multiply_parallel(n, a, b, e)
    _multiply_parallel(n, c, d, f)
    _multiply_parallel(n, e, f, g)


@kernel(fastmath=True)
def k3mm(n, a, b, c, d, g):
    e = np.empty(n * n)
    f = np.empty(n * n)
    _multiply_serial(n, a, b, e)
    _multiply_serial(n, c, d, f)
    _multiply_serial(n, e, f, g)


KERNELS["k3mm"].parallel = _k3mm_parallel


@kernel(fastmath=True, parallel=True)
def jacobi_2d(steps, n, a, b):
    a = a.reshape(n, n)
    b = b.reshape(n, n)
    for _ in range(steps):
        for i in prange(1, n - 1):
            for j in range(1, n - 1):
                b[i, j] = 0.2 * (a[i, j] + a[i, j - 1] + a[i, j + 1] + a[i + 1, j] + a[i - 1, j])
        for i in prange(1, n - 1):
            for j in range(1, n - 1):
                a[i, j] = 0.2 * (b[i, j] + b[i, j - 1] + b[i, j + 1] + b[i + 1, j] + b[i - 1, j])


@kernel(fastmath=True, parallel=True)
def heat_3d(steps, n, a, b):
    a = a.reshape(n, n, n)
    b = b.reshape(n, n, n)
    for _ in range(steps):
        for i in prange(1, n - 1):
            for j in range(1, n - 1):
                for k in range(1, n - 1):
                    b[i, j, k] = (
                        0.125 * (a[i + 1, j, k] - 2 * a[i, j, k] + a[i - 1, j, k])
                        + 0.125 * (a[i, j + 1, k] - 2 * a[i, j, k] + a[i, j - 1, k])
                        + 0.125 * (a[i, j, k + 1] - 2 * a[i, j, k] + a[i, j, k - 1])
                        + a[i, j, k]
                    )
        for i in prange(1, n - 1):
            for j in range(1, n - 1):
                for k in range(1, n - 1):
                    a[i, j, k] = (
                        0.125 * (b[i + 1, j, k] - 2 * b[i, j, k] + b[i - 1, j, k])
                        + 0.125 * (b[i, j + 1, k] - 2 * b[i, j, k] + b[i, j - 1, k])
                        + 0.125 * (b[i, j, k + 1] - 2 * b[i, j, k] + b[i, j, k - 1])
                        + b[i, j, k]
                    )


@kernel()
def seidel_2d(steps, n, a):
    a = a.reshape(n, n)
    for _ in range(steps):
        for i in range(1, n - 1):
            for j in range(1, n - 1):
                a[i, j] = (
                    a[i - 1, j - 1] + a[i - 1, j] + a[i - 1, j + 1] + a[i, j - 1] + a[i, j] + a[i, j + 1]
                    + a[i + 1, j - 1] + a[i + 1, j] + a[i + 1, j + 1]
                ) / 9


@kernel(fastmath=True, parallel=True)
def fdtd_2d(nx, ny, ex, ey, hz, source):
    ex = ex.reshape(nx, ny)
    ey = ey.reshape(nx, ny)
    hz = hz.reshape(nx, ny)
    for t in range(len(source)):
        for j in range(ny):
            ey[0, j] = source[t]
        for i in prange(1, nx):
            for j in range(ny):
                ey[i, j] -= 0.5 * (hz[i, j] - hz[i - 1, j])
        for i in prange(nx):
            for j in range(1, ny):
                ex[i, j] -= 0.5 * (hz[i, j] - hz[i, j - 1])
        for i in prange(nx - 1):
            for j in range(ny - 1):
                hz[i, j] -= 0.7 * (ex[i, j + 1] - ex[i, j] + ey[i + 1, j] - ey[i, j])


@kernel(fastmath=True)
def cholesky(n, a):
    a = a.reshape(n, n)
    for i in range(n):
        for j in range(i):
            total = a[i, j]
            for k in range(j):
                total -= a[i, k] * a[j, k]
            a[i, j] = total / a[j, j]
        diagonal = a[i, i]
        for k in range(i):
            diagonal -= a[i, k] * a[i, k]
        a[i, i] = math.sqrt(diagonal)


@kernel(fastmath=True)
def lu(n, a):
    a = a.reshape(n, n)
    for i in range(n):
        for j in range(i):
            total = a[i, j]
            for k in range(j):
                total -= a[i, k] * a[k, j]
            a[i, j] = total / a[j, j]
        for k in range(i):
            t = a[i, k]
            for j in range(i, n):
                a[i, j] -= t * a[k, j]


@kernel()
def floyd_warshall(n, path):
    path = path.reshape(n, n)
    for k in range(n):
        for i in range(n):
            for j in range(n):
                path[i, j] = min(path[i, j], path[i, k] + path[k, j])


@kernel(fastmath=True, parallel=True)
def correlation(n, m, data, matrix):
    matrix = matrix.reshape(m, m)
    data = data.reshape(n, m)
    mean = np.zeros(m)
    deviation = np.zeros(m)
    for i in range(n):
        for j in range(m):
            mean[j] += data[i, j]
    mean /= n
    for i in range(n):
        for j in range(m):
            d = data[i, j] - mean[j]
            deviation[j] += d * d
    for j in range(m):
        d = math.sqrt(deviation[j] / n)
        deviation[j] = 1.0 if d <= 0.1 else d
    for i in range(n):
        for j in range(m):
            data[i, j] = (data[i, j] - mean[j]) / (math.sqrt(n) * deviation[j])
    for i in prange(m):
        for j in range(i, m):
            matrix[i, j] = 0
        for k in range(n):
            t = data[k, i]
            for j in range(i, m):
                matrix[i, j] += t * data[k, j]
        for j in range(i, m):
            matrix[j, i] = matrix[i, j]


@kernel()
def nussinov(n, bases, table):
    table = table.reshape(n, n)
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            best = max(table[i, j - 1], table[i + 1, j])
            pair = 1 if i < j - 1 and bases[i] + bases[j] == 3 else 0
            best = max(best, table[i + 1, j - 1] + pair)
            for k in range(i + 1, j):
                best = max(best, table[i, k] + table[k + 1, j])
            table[i, j] = best
    return table[0, n - 1]


@kernel(fastmath=True)
def durbin(r, y):
    n = len(r)
    z = np.empty(n)
    y[0] = -r[0]
    beta = 1.0
    alpha = -r[0]
    for k in range(1, n):
        beta *= 1 - alpha * alpha
        total = 0.0
        for i in range(k):
            total += r[k - i - 1] * y[i]
        alpha = -(r[k] + total) / beta
        for i in range(k):
            z[i] = y[i] + alpha * y[k - i - 1]
        for i in range(k):
            y[i] = z[i]
        y[k] = alpha


@kernel(fastmath=True)
def adi(steps, n, u, v, p, q):
    u = u.reshape(n, n)
    v = v.reshape(n, n)
    p = p.reshape(n, n)
    q = q.reshape(n, n)
    dx = 1.0 / n
    dt = 1.0 / steps
    mul1 = (2 * dt) / (dx * dx)
    mul2 = dt / (dx * dx)
    a = -mul1 / 2
    b = 1 + mul1
    c = a
    d = -mul2 / 2
    e = 1 + mul2
    f = d
    for _ in range(steps):
        for i in range(1, n - 1):
            v[0, i] = 1
            p[i, 0] = 0
            q[i, 0] = v[0, i]
            for j in range(1, n - 1):
                r = a * p[i, j - 1] + b
                p[i, j] = -c / r
                q[i, j] = (
                    -d * u[j, i - 1] + (1 + 2 * d) * u[j, i] - f * u[j, i + 1] - a * q[i, j - 1]
                ) / r
            v[n - 1, i] = 1
            for j in range(n - 2, 0, -1):
                v[j, i] = p[i, j] * v[j + 1, i] + q[i, j]
        for i in range(1, n - 1):
            u[i, 0] = 1
            p[i, 0] = 0
            q[i, 0] = u[i, 0]
            for j in range(1, n - 1):
                r = d * p[i, j - 1] + e
                p[i, j] = -f / r
                q[i, j] = (
                    -a * v[i - 1, j] + (1 + 2 * a) * v[i, j] - c * v[i + 1, j]
                    - d * q[i, j - 1]
                ) / r
            u[i, n - 1] = 1
            for j in range(n - 2, 0, -1):
                u[i, j] = p[i, j] * u[i, j + 1] + q[i, j]


@kernel(fastmath=True, parallel=True)
def hdiff(ni, nj, nk, field, coefficient, out):
    field = field.reshape(ni + 4, nj + 4, nk)
    coefficient = coefficient.reshape(ni, nj, nk)
    out = out.reshape(ni, nj, nk)
    laplacian = np.zeros((ni + 4, nj + 4, nk))
    for i in prange(1, ni + 3):
        for j in range(1, nj + 3):
            for k in range(nk):
                laplacian[i, j, k] = 4 * field[i, j, k] - (field[i + 1, j, k] + field[i - 1, j, k] + field[i, j + 1, k] + field[i, j - 1, k])
    flux_i = np.zeros((ni + 4, nj + 4, nk))
    for i in prange(1, ni + 2):
        for j in range(2, nj + 2):
            for k in range(nk):
                flux = laplacian[i + 1, j, k] - laplacian[i, j, k]
                flux_i[i, j, k] = 0.0 if flux * (field[i + 1, j, k] - field[i, j, k]) > 0 else flux
    flux_j = np.zeros((ni + 4, nj + 4, nk))
    for i in prange(2, ni + 2):
        for j in range(1, nj + 2):
            for k in range(nk):
                flux = laplacian[i, j + 1, k] - laplacian[i, j, k]
                flux_j[i, j, k] = 0.0 if flux * (field[i, j + 1, k] - field[i, j, k]) > 0 else flux
    for i in prange(ni):
        for j in range(nj):
            for k in range(nk):
                out[i, j, k] = field[i + 2, j + 2, k] - coefficient[i, j, k] * (flux_i[i + 2, j + 2, k] - flux_i[i + 1, j + 2, k] + flux_j[i + 2, j + 2, k] - flux_j[i + 2, j + 1, k])


@kernel(fastmath=True)
def vadv(ni, nj, nk, rate, wind, u, start, tendency, out):
    wind = wind.reshape(nk, ni + 1, nj)
    u = u.reshape(nk, ni, nj)
    start = start.reshape(nk, ni, nj)
    tendency = tendency.reshape(nk, ni, nj)
    out = out.reshape(nk, ni, nj)
    above = np.empty((nk, ni, nj))
    right = np.empty((nk, ni, nj))
    for k in range(nk):
        for i in range(ni):
            for j in range(nj):
                a = 0.0
                c = 0.0
                correction = 0.0
                if k > 0:
                    a = -0.125 * (wind[k, i + 1, j] + wind[k, i, j])
                    correction -= a * (u[k - 1, i, j] - u[k, i, j])
                if k < nk - 1:
                    c = 0.125 * (wind[k + 1, i + 1, j] + wind[k + 1, i, j])
                    correction -= c * (u[k + 1, i, j] - u[k, i, j])
                d = rate * start[k, i, j] + tendency[k, i, j] + out[k, i, j] + correction
                b = rate - a - c
                if k == 0:
                    above[k, i, j] = c / b
                    right[k, i, j] = d / b
                else:
                    scale = 1 / (b - above[k - 1, i, j] * a)
                    above[k, i, j] = c * scale
                    right[k, i, j] = (d - right[k - 1, i, j] * a) * scale
    for k in range(nk - 1, -1, -1):
        for i in range(ni):
            for j in range(nj):
                if k < nk - 1:
                    right[k, i, j] -= above[k, i, j] * right[k + 1, i, j]
                out[k, i, j] = rate * (right[k, i, j] - start[k, i, j])


@kernel()
def azimint_hist(data, radius, counts, means):
    bins = len(means)
    low = radius[0]
    high = radius[0]
    for i in range(1, len(radius)):
        low = min(low, radius[i])
        high = max(high, radius[i])
    counts[:] = 0
    means[:] = 0
    scale = bins / (high - low)
    for i in range(len(radius)):
        k = min(int((radius[i] - low) * scale), bins - 1)
        counts[k] += 1
        means[k] += data[i]
    for k in range(bins):
        means[k] /= counts[k]


@kernel(parallel=True)
def mandelbrot(width, height, limit, out):
    for y in prange(height):
        for x in range(width):
            cr = (3.0 * x) / (width - 1) - 2.25
            ci = (2.5 * y) / (height - 1) - 1.25
            zr = 0.0
            zi = 0.0
            steps = 0
            while steps < limit and zr * zr + zi * zi <= 4:
                t = zr * zr - zi * zi + cr
                zi = 2 * zr * zi + ci
                zr = t
                steps += 1
            out[y * width + x] = steps


_SOFTENING = 0.05


@njit(fastmath=True)
def _accelerate(n, mass, x, y, z, a):
    for i in range(n):
        ax = 0.0
        ay = 0.0
        az = 0.0
        for j in range(n):
            dx = x[j] - x[i]
            dy = y[j] - y[i]
            dz = z[j] - z[i]
            square = dx * dx + dy * dy + dz * dz + _SOFTENING * _SOFTENING
            pull = mass[j] / (square * math.sqrt(square))
            ax += pull * dx
            ay += pull * dy
            az += pull * dz
        a[i] = ax
        a[n + i] = ay
        a[2 * n + i] = az


@kernel(fastmath=True)
def nbody(steps, dt, mass, x, y, z, velocity):
    n = len(mass)
    a = np.empty(3 * n)
    _accelerate(n, mass, x, y, z, a)
    for _ in range(steps):
        for i in range(3 * n):
            velocity[i] += (a[i] * dt) / 2
        for i in range(n):
            x[i] += velocity[i] * dt
            y[i] += velocity[n + i] * dt
            z[i] += velocity[2 * n + i] * dt
        _accelerate(n, mass, x, y, z, a)
        for i in range(3 * n):
            velocity[i] += (a[i] * dt) / 2


@kernel()
def crc16(data):
    crc = 0xFFFF
    for i in range(len(data)):
        byte = np.int32(data[i])
        for _ in range(8):
            if (crc & 1) != (byte & 1):
                crc = (crc >> 1) ^ 0x8408
            else:
                crc >>= 1
            byte >>= 1
    crc = ~crc & 0xFFFF
    return ((crc << 8) | (crc >> 8)) & 0xFFFF


@kernel(fastmath=True, parallel=True)
def spmv(starts, columns, values, x, y):
    for i in prange(len(y)):
        total = 0.0
        for k in range(starts[i], starts[i + 1]):
            total += values[k] * x[columns[k]]
        y[i] = total


@kernel(fastmath=True, parallel=True)
def softmax(columns, x, out):
    rows = len(x) // columns
    x = x.reshape(rows, columns)
    out = out.reshape(rows, columns)
    for i in prange(rows):
        greatest = x[i, 0]
        for j in range(1, columns):
            greatest = max(greatest, x[i, j])
        total = 0.0
        for j in range(columns):
            e = math.exp(np.float64(x[i, j]) - np.float64(greatest))
            out[i, j] = e
            total += e
        for j in range(columns):
            out[i, j] = out[i, j] / total


@kernel(fastmath=True, parallel=True)
def conv2d(side, size, channels, filters, images, weights, bias, out):
    out_side = side - size + 1
    count = len(images) // (side * side * channels)
    images = images.reshape(count, side, side, channels)
    weights = weights.reshape(size, size, channels, filters)
    out = out.reshape(count, out_side, out_side, filters)
    for line in prange(count * out_side):
        image = line // out_side
        y = line - image * out_side
        for x in range(out_side):
            for f in range(filters):
                out[image, y, x, f] = bias[f]
            for dy in range(size):
                for dx in range(size):
                    for c in range(channels):
                        v = images[image, y + dy, x + dx, c]
                        for f in range(filters):
                            out[image, y, x, f] += v * weights[dy, dx, c, f]


@kernel(fastmath=True, parallel=True)
def arc_distance(lon1, lat1, lon2, lat2, out):
    for i in prange(len(out)):
        a = math.sin((lat2[i] - lat1[i]) / 2)
        b = math.sin((lon2[i] - lon1[i]) / 2)
        h = a * a + math.cos(lat1[i]) * math.cos(lat2[i]) * b * b
        out[i] = 2 * math.atan2(math.sqrt(h), math.sqrt(1 - h))


@kernel()
def stockham_fft(re, im, cos, sin, work_re, work_im):
    n = len(re)
    stride = 1
    half = n >> 1
    while half >= 1:
        for p in range(half):
            wr = cos[p * stride]
            wi = -sin[p * stride]
            for q in range(stride):
                a = q + stride * p
                b = a + stride * half
                out = q + stride * 2 * p
                dr = re[a] - re[b]
                di = im[a] - im[b]
                work_re[out] = re[a] + re[b]
                work_im[out] = im[a] + im[b]
                work_re[out + stride] = dr * wr - di * wi
                work_im[out + stride] = dr * wi + di * wr
        for i in range(n):
            re[i] = work_re[i]
            im[i] = work_im[i]
        stride *= 2
        half >>= 1
