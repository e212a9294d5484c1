// What is made of samples, and how a table of them looks.

// The value below which this share (0 to 1) of the samples lies.
export function share(samples, part) {
  const sorted = Float64Array.from(samples).sort();
  if (sorted.length === 0) return NaN;
  const at = (sorted.length - 1) * part, low = Math.floor(at);
  return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (at - low);
}

export const median = (samples) => share(samples, 0.5);

// Of the straight line with the least squares through points [x, y]: what y grows by for each x.
export function slope(points) {
  const n = points.length;
  const mx = points.reduce((sum, [x]) => sum + x, 0) / n, my = points.reduce((sum, [, y]) => sum + y, 0) / n;
  let xy = 0, xx = 0;
  for (const [x, y] of points) {
    xy += (x - mx) * (y - my);
    xx += (x - mx) ** 2;
  }
  return xy / xx;
}

// A figure: { name, value, unit, digits, most, missing, failed }. `most` is the target; without one it
// is only told. `missing` says why there is no value; `failed`, that what should have measured broke.
export function verdict({ value, most, failed }) {
  if (failed) return 'FAILED';
  if (most === undefined) return '';
  return Number.isFinite(value) && value <= most ? 'met' : 'MISSED';
}

// What keeps a run from having shown what it was to show.
export const notMet = (figures) => figures.filter((figure) => /[A-Z]/.test(verdict(figure)));

export function table(figures) {
  const rows = figures.map((figure) => {
    const { name, value, unit, digits = 0, most, missing = 'not measured' } = figure;
    const target = Number.isFinite(most) ? `≤ ${most} ${unit}` : '';
    return [name, Number.isFinite(value) ? `${value.toFixed(digits)} ${unit}` : missing, target, verdict(figure)];
  });
  const all = [['figure', 'measured', 'target', ''], ...rows];
  const widths = [0, 1, 2].map((i) => Math.max(...all.map((row) => row[i].length)));
  return all.map((row) => `${row[0].padEnd(widths[0])}  ${row[1].padStart(widths[1])}  ${row[2].padEnd(widths[2])}  ${row[3]}`.trimEnd()).join('\n');
}
