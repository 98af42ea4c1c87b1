/** Statistics of samples, and what they may be when the samples are what they should be. */

export function mean(xs: Float64Array): number {
  let sum = 0;
  for (const x of xs) sum += x;
  return sum / xs.length;
}

/** The mean of (x − centre)^power. */
export function moment(xs: Float64Array, power: number, centre = 0): number {
  return mean(xs.map((x) => (x - centre) ** power));
}

/** Correlation of `xs` with itself `lag` later. For independent numbers it is normal with deviation 1/√n. */
export function serialCorrelation(xs: Float64Array, lag: number): number {
  const m = mean(xs);
  return correlation(xs.subarray(0, xs.length - lag), xs.subarray(lag), m, m);
}

export function correlation(xs: Float64Array, ys: Float64Array, mx = mean(xs), my = mean(ys)): number {
  let [xx, yy, xy] = [0, 0, 0];
  for (const [i, x] of xs.entries()) {
    const y = (ys[i] ?? Number.NaN) - my;
    xx += (x - mx) ** 2;
    yy += y ** 2;
    xy += (x - mx) * y;
  }
  return xy / Math.sqrt(xx * yy);
}

/**
 * χ² of counts that should be equal, as a number of the standard normal distribution (Wilson and Hilferty's cube root): far
 * from 0 on either side is suspicious.
 */
export function chiSquare(counts: Float64Array): number {
  const expected = mean(counts);
  const freedom = counts.length - 1;
  let sum = 0;
  for (const c of counts) sum += (c - expected) ** 2 / expected;
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(sum / freedom) - (1 - spread)) / Math.sqrt(spread);
}

/** How many of `xs` (from 0 up to 1) are in each of `bins` equal parts. */
export function histogram(xs: Iterable<number>, bins: number): Float64Array {
  const counts = new Float64Array(bins);
  for (const x of xs) counts[Math.floor(x * bins)]! += 1;
  return counts;
}

/** Kolmogorov and Smirnov's √n · (largest difference to the distribution function); above 1.95 once in a thousand samples. */
export function kolmogorovSmirnov(xs: Float64Array, cdf: (x: number) => number): number {
  const sorted = xs.slice().sort();
  const n = xs.length;
  let most = 0;
  for (const [i, x] of sorted.entries()) {
    const p = cdf(x);
    most = Math.max(most, p - i / n, (i + 1) / n - p);
  }
  return most * Math.sqrt(n);
}

/** The normal distribution function: Marsaglia's series near the middle, a continued fraction in the tails. */
export function normalCdf(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (Math.abs(x) > 5) {
    let fraction = 0;
    for (let k = 30; k > 0; k--) fraction = k / (Math.abs(x) + fraction);
    const tail = density / (Math.abs(x) + fraction);
    return x > 0 ? 1 - tail : tail;
  }
  let [sum, term] = [x, x];
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + sum * density;
}
