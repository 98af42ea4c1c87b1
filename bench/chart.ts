/** A bar chart as SVG: takes groups of bars with positive values, draws them on a logarithmic axis. */

export interface Series {
  readonly name: string;
  readonly colour: string;
}

export interface Group {
  readonly label: string;
  /** By the series' names; a missing value has no bar. */
  readonly values: Readonly<Record<string, number | undefined>>;
}

export interface Chart {
  readonly title: string;
  readonly series: readonly Series[];
  readonly groups: readonly Group[];
  /** Bars begin here. */
  readonly from: number;
}

const WIDTH = 860;
const LEFT = 190;
const RIGHT = 30;
const TOP = 64;
const BAR = 5;
const GAP = 6;

export function barChart({ title, series, groups, from }: Chart): string {
  const all = groups.flatMap((g) => Object.values(g.values).filter((v) => v !== undefined));
  const low = 2 ** Math.floor(Math.log2(Math.min(from, ...all)));
  const high = 2 ** Math.ceil(Math.log2(Math.max(from * 2, ...all)));
  const x = (v: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * Math.log2(v / low)) / Math.log2(high / low);
  const pitch = series.length * BAR + GAP;
  const height = TOP + groups.length * pitch + 10;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="11">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="12" y="20" font-size="14" fill="#222222">${escaped(title)}</text>`,
  ];
  let legend = LEFT;
  for (const { name, colour } of series) {
    parts.push(`<rect x="${legend}" y="31" width="10" height="10" fill="${colour}"/>`);
    parts.push(`<text x="${legend + 14}" y="40" fill="#222222">${escaped(name)}</text>`);
    legend += 34 + name.length * 7;
  }
  for (let tick = low; tick <= high; tick *= 2) {
    const at = rounded(x(tick));
    const colour = tick === from ? "#888888" : "#dddddd";
    parts.push(`<line x1="${at}" x2="${at}" y1="${TOP - 4}" y2="${height - 6}" stroke="${colour}"/>`);
    parts.push(`<text x="${at}" y="${TOP - 8}" text-anchor="middle" fill="#666666">${tick}</text>`);
  }
  for (const [k, group] of groups.entries()) {
    const top = TOP + k * pitch;
    const middle = top + (series.length * BAR) / 2 + 4;
    parts.push(`<text x="${LEFT - 8}" y="${middle}" text-anchor="end" fill="#222222">${escaped(group.label)}</text>`);
    for (const [s, { name, colour }] of series.entries()) {
      const value = group.values[name];
      if (value === undefined) continue;
      const [a, b] = [x(from), x(value)].sort((p, q) => p - q);
      const width = rounded(Math.max((b ?? 0) - (a ?? 0), 0.5));
      parts.push(
        `<rect x="${rounded(a ?? 0)}" y="${top + s * BAR}" width="${width}" height="${BAR - 1}" fill="${colour}"/>`,
      );
    }
  }
  return `${[...parts, "</svg>"].join("\n")}\n`;
}

function rounded(n: number): number {
  return Math.round(n * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
