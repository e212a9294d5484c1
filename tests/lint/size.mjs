// Files of at most 800 lines, headers of at most 150, functions of at most 80.
import { functions, isC } from './tree.mjs';

export const title = 'files and functions are small';

const isSource = (name) => /\.(c|h|ts|js|mjs|css|html|py|sh)$/.test(name);

export function check(files) {
  const problems = [];
  for (const { path: name, text } of files.filter((f) => isSource(f.path))) {
    const lines = text.replace(/\n$/, '').split('\n').length;
    const most = name.endsWith('.h') ? 150 : 800;
    if (lines > most) problems.push(`${name}: ${lines} lines, at most ${most}`);
    if (!isC(name)) continue;
    for (const f of functions(text)) {
      if (f.lines > 80) problems.push(`${name}:${f.line}: ${f.name}() has ${f.lines} lines, at most 80`);
    }
  }
  return problems;
}

export const bad = [
  { path: 'a.c', text: 'int x;\n'.repeat(801) },
  { path: 'a.h', text: 'int x;\n'.repeat(151) },
  { path: 'b.mjs', text: '\n'.repeat(900) },
  { path: 'c.c', text: `int f(int a,\n      int b)\n{\n${'    a++;\n'.repeat(78)}}\n` },
];
export const good = [
  { path: 'a.c', text: `int x;\n\nint f(int a)\n{\n${'    a++;\n'.repeat(77)}}\n\nint g(void)\n{\n    return 0;\n}\n` },
];
