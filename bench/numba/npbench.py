import math

import numpy as np
from numba import njit, prange

from kernels import KERNELS, kernel


@kernel(fastmath=True)
def atax(a, x, y):
    n = len(x)
    m = len(a) // n
    y[:] = 0
    for i in range(m):
        total = 0.0
        for j in range(n):
            total += a[i * n + j] * x[j]
        for j in range(n):
            y[j] += a[i * n + j] * total


@kernel(fastmath=True, parallel=True)
def gemm(n, alpha, beta, a, b, c):
    for i in prange(n):
        for j in range(n):
            c[i * n + j] *= beta
        for k in range(n):
            t = alpha * a[i * n + k]
            for j in range(n):
                c[i * n + j] += t * b[k * n + j]


def _multiply(n, a, b, out):
    for i in prange(n):
        for j in range(n):
            out[i * n + j] = 0
        for k in range(n):
            t = a[i * n + k]
            for j in range(n):
                out[i * n + j] += t * b[k * n + j]


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
    for _ in range(steps):
        for i in prange(1, n - 1):
            for j in range(1, n - 1):
                p = i * n + j
                b[p] = 0.2 * (a[p] + a[p - 1] + a[p + 1] + a[p + n] + a[p - n])
        for i in prange(1, n - 1):
            for j in range(1, n - 1):
                p = i * n + j
                a[p] = 0.2 * (b[p] + b[p - 1] + b[p + 1] + b[p + n] + b[p - n])


@kernel(fastmath=True, parallel=True)
def heat_3d(steps, n, a, b):
    nn = n * n
    for _ in range(steps):
        for i in prange(1, n - 1):
            for j in range(1, n - 1):
                for k in range(1, n - 1):
                    p = i * nn + j * n + k
                    b[p] = (
                        0.125 * (a[p + nn] - 2 * a[p] + a[p - nn])
                        + 0.125 * (a[p + n] - 2 * a[p] + a[p - n])
                        + 0.125 * (a[p + 1] - 2 * a[p] + a[p - 1])
                        + a[p]
                    )
        for i in prange(1, n - 1):
            for j in range(1, n - 1):
                for k in range(1, n - 1):
                    p = i * nn + j * n + k
                    a[p] = (
                        0.125 * (b[p + nn] - 2 * b[p] + b[p - nn])
                        + 0.125 * (b[p + n] - 2 * b[p] + b[p - n])
                        + 0.125 * (b[p + 1] - 2 * b[p] + b[p - 1])
                        + b[p]
                    )


@kernel()
def seidel_2d(steps, n, a):
    for _ in range(steps):
        for i in range(1, n - 1):
            for j in range(1, n - 1):
                p = i * n + j
                a[p] = (
                    a[p - n - 1] + a[p - n] + a[p - n + 1] + a[p - 1] + a[p] + a[p + 1]
                    + a[p + n - 1] + a[p + n] + a[p + n + 1]
                ) / 9


@kernel(fastmath=True, parallel=True)
def fdtd_2d(nx, ny, ex, ey, hz, source):
    for t in range(len(source)):
        for j in range(ny):
            ey[j] = source[t]
        for i in prange(1, nx):
            for j in range(ny):
                ey[i * ny + j] -= 0.5 * (hz[i * ny + j] - hz[(i - 1) * ny + j])
        for i in prange(nx):
            for j in range(1, ny):
                ex[i * ny + j] -= 0.5 * (hz[i * ny + j] - hz[i * ny + j - 1])
        for i in prange(nx - 1):
            for j in range(ny - 1):
                p = i * ny + j
                hz[p] -= 0.7 * (ex[p + 1] - ex[p] + ey[p + ny] - ey[p])


@kernel(fastmath=True)
def cholesky(n, a):
    for i in range(n):
        for j in range(i):
            total = a[i * n + j]
            for k in range(j):
                total -= a[i * n + k] * a[j * n + k]
            a[i * n + j] = total / a[j * n + j]
        diagonal = a[i * n + i]
        for k in range(i):
            diagonal -= a[i * n + k] * a[i * n + k]
        a[i * n + i] = math.sqrt(diagonal)


@kernel(fastmath=True)
def lu(n, a):
    for i in range(n):
        for j in range(i):
            total = a[i * n + j]
            for k in range(j):
                total -= a[i * n + k] * a[k * n + j]
            a[i * n + j] = total / a[j * n + j]
        for k in range(i):
            t = a[i * n + k]
            for j in range(i, n):
                a[i * n + j] -= t * a[k * n + j]


@kernel()
def floyd_warshall(n, path):
    for k in range(n):
        for i in range(n):
            for j in range(n):
                path[i * n + j] = min(path[i * n + j], path[i * n + k] + path[k * n + j])


@kernel(fastmath=True, parallel=True)
def correlation(n, m, data, matrix):
    mean = np.zeros(m)
    deviation = np.zeros(m)
    for i in range(n):
        for j in range(m):
            mean[j] += data[i * m + j]
    mean /= n
    for i in range(n):
        for j in range(m):
            d = data[i * m + j] - mean[j]
            deviation[j] += d * d
    for j in range(m):
        d = math.sqrt(deviation[j] / n)
        deviation[j] = 1.0 if d <= 0.1 else d
    for i in range(n):
        for j in range(m):
            data[i * m + j] = (data[i * m + j] - mean[j]) / (math.sqrt(n) * deviation[j])
    for i in prange(m):
        for j in range(i, m):
            matrix[i * m + j] = 0
        for k in range(n):
            t = data[k * m + i]
            for j in range(i, m):
                matrix[i * m + j] += t * data[k * m + j]
        for j in range(i, m):
            matrix[j * m + i] = matrix[i * m + j]


@kernel()
def nussinov(n, bases, table):
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            best = max(table[i * n + j - 1], table[(i + 1) * n + j])
            pair = 1 if i < j - 1 and bases[i] + bases[j] == 3 else 0
            best = max(best, table[(i + 1) * n + j - 1] + pair)
            for k in range(i + 1, j):
                best = max(best, table[i * n + k] + table[(k + 1) * n + j])
            table[i * n + j] = best
    return table[n - 1]


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
            v[i] = 1
            p[i * n] = 0
            q[i * n] = v[i]
            for j in range(1, n - 1):
                r = a * p[i * n + j - 1] + b
                p[i * n + j] = -c / r
                q[i * n + j] = (
                    -d * u[j * n + i - 1] + (1 + 2 * d) * u[j * n + i] - f * u[j * n + i + 1] - a * q[i * n + j - 1]
                ) / r
            v[(n - 1) * n + i] = 1
            for j in range(n - 2, 0, -1):
                v[j * n + i] = p[i * n + j] * v[(j + 1) * n + i] + q[i * n + j]
        for i in range(1, n - 1):
            u[i * n] = 1
            p[i * n] = 0
            q[i * n] = u[i * n]
            for j in range(1, n - 1):
                r = d * p[i * n + j - 1] + e
                p[i * n + j] = -f / r
                q[i * n + j] = (
                    -a * v[(i - 1) * n + j] + (1 + 2 * a) * v[i * n + j] - c * v[(i + 1) * n + j]
                    - d * q[i * n + j - 1]
                ) / r
            u[i * n + n - 1] = 1
            for j in range(n - 2, 0, -1):
                u[i * n + j] = p[i * n + j] * u[i * n + j + 1] + q[i * n + j]


@kernel(fastmath=True, parallel=True)
def hdiff(ni, nj, nk, field, coefficient, out):
    row = (nj + 4) * nk
    laplacian = np.zeros((ni + 4) * row)
    for i in prange(1, ni + 3):
        for j in range(1, nj + 3):
            for k in range(nk):
                p = i * row + j * nk + k
                laplacian[p] = 4 * field[p] - (field[p + row] + field[p - row] + field[p + nk] + field[p - nk])
    flux_i = np.zeros((ni + 4) * row)
    for i in prange(1, ni + 2):
        for j in range(2, nj + 2):
            for k in range(nk):
                p = i * row + j * nk + k
                flux = laplacian[p + row] - laplacian[p]
                flux_i[p] = 0.0 if flux * (field[p + row] - field[p]) > 0 else flux
    flux_j = np.zeros((ni + 4) * row)
    for i in prange(2, ni + 2):
        for j in range(1, nj + 2):
            for k in range(nk):
                p = i * row + j * nk + k
                flux = laplacian[p + nk] - laplacian[p]
                flux_j[p] = 0.0 if flux * (field[p + nk] - field[p]) > 0 else flux
    for i in prange(ni):
        for j in range(nj):
            for k in range(nk):
                p = (i + 2) * row + (j + 2) * nk + k
                o = (i * nj + j) * nk + k
                out[o] = field[p] - coefficient[o] * (flux_i[p] - flux_i[p - row] + flux_j[p] - flux_j[p - nk])


@kernel(fastmath=True)
def vadv(ni, nj, nk, rate, wind, u, start, tendency, out):
    layer = ni * nj
    wind_layer = (ni + 1) * nj
    above = np.empty(layer * nk)
    right = np.empty(layer * nk)
    for k in range(nk):
        for i in range(ni):
            for j in range(nj):
                p = k * layer + i * nj + j
                w = k * wind_layer + i * nj + j
                a = 0.0
                c = 0.0
                correction = 0.0
                if k > 0:
                    a = -0.125 * (wind[w + nj] + wind[w])
                    correction -= a * (u[p - layer] - u[p])
                if k < nk - 1:
                    c = 0.125 * (wind[w + wind_layer + nj] + wind[w + wind_layer])
                    correction -= c * (u[p + layer] - u[p])
                d = rate * start[p] + tendency[p] + out[p] + correction
                b = rate - a - c
                if k == 0:
                    above[p] = c / b
                    right[p] = d / b
                else:
                    scale = 1 / (b - above[p - layer] * a)
                    above[p] = c * scale
                    right[p] = (d - right[p - layer] * a) * scale
    for k in range(nk - 1, -1, -1):
        for p in range(k * layer, (k + 1) * layer):
            if k < nk - 1:
                right[p] -= above[p] * right[p + layer]
            out[p] = rate * (right[p] - start[p])


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
    for i in prange(len(x) // columns):
        row = i * columns
        greatest = x[row]
        for j in range(1, columns):
            greatest = max(greatest, x[row + j])
        total = 0.0
        for j in range(columns):
            e = math.exp(np.float64(x[row + j]) - np.float64(greatest))
            out[row + j] = e
            total += e
        for j in range(columns):
            out[row + j] = out[row + j] / total


@kernel(fastmath=True, parallel=True)
def conv2d(side, size, channels, filters, images, weights, bias, out):
    out_side = side - size + 1
    count = len(images) // (side * side * channels)
    for line in prange(count * out_side):
        image = line // out_side
        y = line - image * out_side
        for x in range(out_side):
            o = (line * out_side + x) * filters
            for f in range(filters):
                out[o + f] = bias[f]
            for dy in range(size):
                for dx in range(size):
                    for c in range(channels):
                        v = images[((image * side + y + dy) * side + x + dx) * channels + c]
                        w = ((dy * size + dx) * channels + c) * filters
                        for f in range(filters):
                            out[o + f] += v * weights[w + f]


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
