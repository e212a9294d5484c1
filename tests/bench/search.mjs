// The archive's search over 1,000 meetings of four hours: how long a query takes, and what the index is.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { build, temporary } from '../lib/programs.mjs';

export function search() {
  const folder = temporary();
  try {
    const text = execFileSync(path.join(build, 'tests/bench/bench-search'), [folder], { encoding: 'utf8', timeout: 300000 });
    const of = Object.fromEntries(text.trim().split('\n').map((line) => line.split(' ')).map(([name, value]) => [name, Number(value)]));
    return [
      { name: 'searching 1,000 meetings of 4 hours, median of 400 queries', value: of.query_median_ms, unit: 'ms', digits: 1, most: 20 },
      { name: 'the same, 95th percentile', value: of.query_95th_ms, unit: 'ms', digits: 1 },
      { name: 'making their index anew', value: of.fill_s, unit: 's', digits: 1 },
      { name: 'its size', value: of.size_mib, unit: 'MiB' },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
