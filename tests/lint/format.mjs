// Every C file is as clang-format writes it.
import { spawnSync } from 'node:child_process';
import { isC, root } from './tree.mjs';

export const title = 'clang-format has nothing to change';

export function check(files) {
  const problems = [];
  for (const { path: name, text } of files.filter((f) => isC(f.path))) {
    const r = spawnSync('clang-format', ['--dry-run', '-Werror', '--style=file', `--assume-filename=${name}`], { cwd: root, input: text });
    if (r.error) return [`clang-format can't be run: ${r.error.message}`];
    if (r.status !== 0) problems.push(r.stderr.toString().split('\n')[0].replace('<stdin>', name));
  }
  return problems;
}

export const bad = [{ path: 'a.c', text: 'int f( void ){return 0;}\n' }];
export const good = [{ path: 'a.c', text: 'int f(void)\n{\n    return 0;\n}\n' }];
