// Every C file is as clang-format writes it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isC, root } from './tree.mjs';

export const title = 'clang-format has nothing to change';

function complaints(args, options) {
  const r = spawnSync('clang-format', ['--dry-run', '-Werror', '--style=file', ...args], { cwd: root, encoding: 'utf8', ...options });
  if (r.error) return [`clang-format can't be run: ${r.error.message}`];
  return r.stderr.split('\n').filter((l) => /: (error|warning):/.test(l)).map((l) => l.replace(`${root}/`, ''));
}

export function check(files) {
  const c = files.filter((f) => isC(f.path));
  const there = c.filter((f) => existsSync(path.join(root, f.path)));
  const samples = c.filter((f) => !there.includes(f));
  return [
    ...(there.length ? complaints(there.map((f) => f.path)) : []), // all at once: starting it is what costs
    ...samples.flatMap((f) => complaints([`--assume-filename=${f.path}`], { input: f.text })),
  ];
}

export const bad = [{ path: 'a.c', text: 'int f( void ){return 0;}\n' }];
export const good = [{ path: 'a.c', text: 'int f(void)\n{\n    return 0;\n}\n' }];
