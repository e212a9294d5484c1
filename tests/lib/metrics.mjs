// Reads Prometheus' text: a Map from `name` or `name{label="value"}` to its number. Throws on what
// is none.
export function parseMetrics(text) {
  const found = new Map();
  for (const line of text.split('\n')) {
    if (!line || line.startsWith('# ')) continue;
    const m = /^([a-zA-Z_:][\w:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*",?)*\})?) (\S+)$/.exec(line);
    if (!m || Number.isNaN(Number(m[2].replace('+Inf', 'Infinity')))) throw new Error(`no metric: ${line}`);
    if (found.has(m[1])) throw new Error(`twice: ${m[1]}`);
    found.set(m[1], Number(m[2]));
  }
  return found;
}

// The sum over all labels of a name.
export function metric(metrics, name) {
  const values = [...metrics].filter(([key]) => key === name || key.startsWith(`${name}{`)).map(([, v]) => v);
  if (values.length === 0) throw new Error(`no metric ${name} in: ${[...metrics.keys()].join(' ')}`);
  return values.reduce((a, b) => a + b, 0);
}
