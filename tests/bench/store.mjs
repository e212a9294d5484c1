// The log: durable commands a second beside SQLite with one commit each, verifying, catching up.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { build, temporary } from '../lib/programs.mjs';
import { median } from './numbers.mjs';

export function store() {
  const folder = temporary();
  const values = new Map();
  try {
    const text = execFileSync(path.join(build, 'tests/bench/bench-store'), [folder], { encoding: 'utf8', timeout: 300000 });
    for (const [name, value] of text.trim().split('\n').map((l) => l.split(' '))) values.set(name, [...(values.get(name) ?? []), Number(value)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const of = (name) => median(values.get(name) ?? []);
  return [
    { name: 'durable commands, 200 clients, syncs 5 ms slower', value: of('commands_per_second'), unit: 'a second' },
    { name: 'SQLite with one commit each, the same disk', value: of('sqlite_commits_per_second'), unit: 'a second' },
    { name: 'SQLite with one commit each, to ours', value: 1 / of('commands_ratio'), unit: '', digits: 3, most: 0.333 },
    { name: 'verifying 100,000 events in the log', value: of('verify_100000_ms'), unit: 'ms', most: 1000 },
    { name: 'verifying 100,000 exported events', value: of('verify_export_100000_ms'), unit: 'ms', most: 1000 },
    { name: 'reading and exporting 10,000 events', value: of('catch_up_10000_ms'), unit: 'ms', most: 200 },
  ];
}
