/** Round numbers for scales: steps of 1, 2 or 5 times a power of ten. */

/** The multiples of a round step within [low, high], about `count` of them. */
export function ticks(low: number, high: number, count: number): number[] {
  return multiples(low, high, tickStep(high - low, count));
}

export function multiples(low: number, high: number, step: number): number[] {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => (first + i) * step);
}

function tickStep(span: number, count: number): number {
  const power = 10 ** Math.floor(Math.log10(span / count));
  const lead = span / count / power;
  return power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
}

/** The ticks' labels, all with the decimals their step needs, and a real minus sign. */
export function tickLabels(values: readonly number[]): string[] {
  const step = values.length > 1 ? Math.abs((values[1] ?? 0) - (values[0] ?? 0)) : 1;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return values.map((v) => (Math.abs(v) < step / 2 ? 0 : v).toFixed(decimals).replace("-", "−"));
}

/** The value below which the fraction `q` of the numbers lies; NaN isn't counted. */
export function quantile(values: Float32Array, q: number): number {
  const sorted = values.filter((v) => !Number.isNaN(v)).sort();
  return sorted[Math.round(q * (sorted.length - 1))] ?? Number.NaN;
}
