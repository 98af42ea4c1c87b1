import math

import numpy as np
from numba import njit, prange

from kernels import kernel


@njit
def _clamp(i, last):
    return 0 if i < 0 else last if i > last else i


@kernel(parallel=True)
def ndvi(nir, red, out):
    for i in prange(len(out)):
        total = np.int32(nir[i]) + np.int32(red[i])
        out[i] = 0 if total == 0 else (np.int32(nir[i]) - np.int32(red[i])) / total


@kernel(fastmath=True, parallel=True)
def z_score(image, out):
    n = len(image)
    total = 0.0
    for i in prange(n):
        total += image[i]
    mean = total / n
    squares = 0.0
    for i in prange(n):
        d = image[i] - mean
        squares += d * d
    scale = 1 / math.sqrt(squares / n)
    for i in prange(n):
        out[i] = (image[i] - mean) * scale


@kernel(fastmath=True, parallel=True)
def convolution_5x5(image, width, height, weights, out):
    weights = weights.reshape(5, 5)
    image = image.reshape(height, width)
    out = out.reshape(height, width)
    for y in prange(height):
        for x in range(width):
            total = 0.0
            for dy in range(-2, 3):
                row = _clamp(y + dy, height - 1)
                for dx in range(-2, 3):
                    total += np.float64(image[row, _clamp(x + dx, width - 1)]) * weights[dy + 2, dx + 2]
            out[y, x] = total


@kernel(fastmath=True, parallel=True)
def gaussian(image, width, height, weights, out):
    image = image.reshape(height, width)
    out = out.reshape(height, width)
    radius = len(weights) - 1
    blurred = np.empty((height, width), np.float32)
    for y in prange(height):
        for x in range(width):
            total = np.float64(weights[0]) * image[y, x]
            for d in range(1, radius + 1):
                left = max(x - d, 0)
                right = min(x + d, width - 1)
                total += weights[d] * (np.float64(image[y, left]) + image[y, right])
            blurred[y, x] = total
    for y in prange(height):
        for x in range(width):
            out[y, x] = np.float64(weights[0]) * blurred[y, x]
        for d in range(1, radius + 1):
            above = max(y - d, 0)
            below = min(y + d, height - 1)
            for x in range(width):
                out[y, x] += weights[d] * (np.float64(blurred[above, x]) + blurred[below, x])


@kernel(parallel=True)
def sobel(image, width, height, out):
    image = image.reshape(height, width)
    out = out.reshape(height, width)
    for y in prange(1, height - 1):
        for x in range(1, width - 1):
            nw = np.int32(image[y - 1, x - 1])
            n = np.int32(image[y - 1, x])
            ne = np.int32(image[y - 1, x + 1])
            w = np.int32(image[y, x - 1])
            e = np.int32(image[y, x + 1])
            sw = np.int32(image[y + 1, x - 1])
            s = np.int32(image[y + 1, x])
            se = np.int32(image[y + 1, x + 1])
            gx = ne + 2 * e + se - (nw + 2 * w + sw)
            gy = sw + 2 * s + se - (nw + 2 * n + ne)
            out[y, x] = min(np.rint(math.sqrt(gx * gx + gy * gy)), 255.0)


@kernel(parallel=True)
def bilinear_resize(image, width, height, out, out_width, out_height):
    out = out.reshape(out_height, out_width)
    image = image.reshape(height, width)
    scale_x = width / out_width
    scale_y = height / out_height
    for y in prange(out_height):
        sy = min(max((y + 0.5) * scale_y - 0.5, 0.0), height - 1.0)
        y0 = int(sy)
        y1 = min(y0 + 1, height - 1)
        fy = sy - y0
        for x in range(out_width):
            sx = min(max((x + 0.5) * scale_x - 0.5, 0.0), width - 1.0)
            x0 = int(sx)
            x1 = min(x0 + 1, width - 1)
            fx = sx - x0
            top = image[y0, x0] * (1 - fx) + image[y0, x1] * fx
            bottom = image[y1, x0] * (1 - fx) + image[y1, x1] * fx
            out[y, x] = top * (1 - fy) + bottom * fy


@kernel()
def histogram_equalisation(image, out):
    histogram = np.zeros(256, np.int32)
    for i in range(len(image)):
        histogram[image[i]] += 1
    darkest = 0
    while histogram[darkest] == 0:
        darkest += 1
    first = histogram[darkest]
    levels = np.zeros(256, np.uint8)
    below = 0
    for v in range(256):
        below += histogram[v]
        levels[v] = 0 if below <= first else math.floor((below - first) / (len(image) - first) * 255 + 0.5)
    for i in range(len(image)):
        out[i] = levels[image[i]]


@kernel(parallel=True)
def median_3x3(image, width, height, out):
    image = image.reshape(height, width)
    out = out.reshape(height, width)
    out[:] = image
    for y in prange(1, height - 1):
        for x in range(1, width - 1):
            a = image[y - 1, x - 1]
            b = image[y - 1, x]
            c = image[y - 1, x + 1]
            d = image[y, x - 1]
            e = image[y, x]
            f = image[y, x + 1]
            g = image[y + 1, x - 1]
            h = image[y + 1, x]
            i = image[y + 1, x + 1]
            low = max(min(a, min(b, c)), max(min(d, min(e, f)), min(g, min(h, i))))
            high = min(max(a, max(b, c)), min(max(d, max(e, f)), max(g, max(h, i))))
            top = max(min(a, b), min(max(a, b), c))
            centre = max(min(d, e), min(max(d, e), f))
            bottom = max(min(g, h), min(max(g, h), i))
            middle = max(min(top, centre), min(max(top, centre), bottom))
            out[y, x] = max(min(low, middle), min(max(low, middle), high))


@njit
def _root_of(parents, label):
    root = label
    while parents[root] != root:
        parents[root] = parents[parents[root]]
        root = parents[root]
    return root


@kernel()
def connected_components(mask, width, height, labels):
    parents = np.zeros(width * height + 1, np.int32)
    following = 1
    for y in range(height):
        for x in range(width):
            p = y * width + x
            if mask[p] == 0:
                labels[p] = 0
                continue
            left = labels[p - 1] if x > 0 else 0
            above = labels[p - width] if y > 0 else 0
            if left == 0 and above == 0:
                parents[following] = following
                labels[p] = following
                following += 1
            elif left == 0 or above == 0:
                labels[p] = left + above
            else:
                a = _root_of(parents, left)
                b = _root_of(parents, above)
                root = min(a, b)
                parents[max(a, b)] = root
                labels[p] = root
    final = np.zeros(following, np.int32)
    count = 0
    for p in range(len(labels)):
        if labels[p] == 0:
            continue
        root = _root_of(parents, labels[p])
        if final[root] == 0:
            count += 1
            final[root] = count
        labels[p] = final[root]
    return count


@kernel()
def rolling(series, window, mean, deviation, least, greatest):
    n = len(series)
    total = 0.0
    squares = 0.0
    for i in range(n):
        total += series[i]
        squares += series[i] * series[i]
        if i >= window:
            total -= series[i - window]
            squares -= series[i - window] * series[i - window]
        count = min(i + 1, window)
        m = total / count
        mean[i] = m
        deviation[i] = math.sqrt(max(squares / count - m * m, 0.0))
    low = np.empty(n, np.int32)
    high = np.empty(n, np.int32)
    low_first = 0
    low_end = 0
    high_first = 0
    high_end = 0
    for i in range(n):
        v = series[i]
        while low_end > low_first and series[low[low_end - 1]] >= v:
            low_end -= 1
        low[low_end] = i
        low_end += 1
        if low[low_first] <= i - window:
            low_first += 1
        least[i] = series[low[low_first]]
        while high_end > high_first and series[high[high_end - 1]] <= v:
            high_end -= 1
        high[high_end] = i
        high_end += 1
        if high[high_first] <= i - window:
            high_first += 1
        greatest[i] = series[high[high_first]]


@kernel(fastmath=True)
def k_means_step(bands, pixels, centres, labels):
    k = len(centres) // bands
    sums = np.zeros((k, bands))
    pixels = pixels.reshape(len(labels), bands)
    centres = centres.reshape(k, bands)
    counts = np.zeros(k, np.int32)
    total = 0.0
    for i in range(len(labels)):
        nearest = 0
        # The greatest float64: under fastmath there is no infinity.
        least = 1.7976931348623157e308
        for c in range(k):
            square = 0.0
            for b in range(bands):
                d = np.float64(pixels[i, b]) - centres[c, b]
                square += d * d
            if square < least:
                least = square
                nearest = c
        labels[i] = nearest
        counts[nearest] += 1
        for b in range(bands):
            sums[nearest, b] += pixels[i, b]
        total += least
    for c in range(k):
        if counts[c] == 0:
            continue
        for b in range(bands):
            centres[c, b] = sums[c, b] / counts[c]
    return total


@kernel(parallel=True)
def hill_shading(heights, width, height, cell, altitude, azimuth, out):
    heights = heights.reshape(height, width)
    out = out.reshape(height, width)
    zenith = math.pi / 2 - altitude
    sin_zenith = math.sin(zenith)
    cos_zenith = math.cos(zenith)
    towards = np.fmod(2.5 * math.pi - azimuth, 2 * math.pi)
    for y in prange(height):
        above = max(y - 1, 0)
        below = min(y + 1, height - 1)
        for x in range(width):
            left = max(x - 1, 0)
            right = min(x + 1, width - 1)
            nw = np.float64(heights[above, left])
            ne = np.float64(heights[above, right])
            sw = np.float64(heights[below, left])
            se = np.float64(heights[below, right])
            east = ne + 2 * np.float64(heights[y, right]) + se
            west = nw + 2 * np.float64(heights[y, left]) + sw
            south = sw + 2 * np.float64(heights[below, x]) + se
            north = nw + 2 * np.float64(heights[above, x]) + ne
            dx = (east - west) / (8 * cell)
            dy = (south - north) / (8 * cell)
            slope = math.atan(math.sqrt(dx * dx + dy * dy))
            aspect = math.atan2(dy, -dx)
            light = cos_zenith * math.cos(slope) + sin_zenith * math.sin(slope) * math.cos(towards - aspect)
            out[y, x] = math.floor(255 * light + 0.5) if light > 0 else 0


@kernel(parallel=True)
def transpose(image, width, height, out):
    image = image.reshape(height, width)
    out = out.reshape(width, height)
    for y in prange(height):
        for x in range(width):
            out[x, y] = image[y, x]
