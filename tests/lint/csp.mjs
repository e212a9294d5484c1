// The content security policy stays strict, wherever it is written down.
import { lineOf } from './tree.mjs';

export const title = 'no unsafe-inline, no inline script or style';

const isSource = (name) => /\.(c|h|ts|js|mjs|html|conf|toml)$/.test(name) && !name.startsWith('tests/lint/');

export function check(files) {
  const problems = [];
  for (const { path: name, text } of files.filter((f) => isSource(f.path))) {
    const patterns = [[/unsafe-(inline|eval)/g, 'loosens the policy']];
    if (name.endsWith('.html')) {
      patterns.push([/<script(?![^>]*\bsrc=)(?![^>]*type="application\/ld\+json")[^>]*>/g, 'inline script']);
      patterns.push([/<style[\s>]|\sstyle="/g, 'inline style'], [/\son[a-z]+="/g, 'inline handler']);
    }
    for (const [pattern, what] of patterns) {
      for (const m of text.matchAll(pattern)) problems.push(`${name}:${lineOf(text, m.index)}: ${what}`);
    }
  }
  return problems;
}

export const bad = [
  { path: 'server/front/a.c', text: '"script-src \'unsafe-inline\'"' },
  { path: 'web/a.html', text: '<script>alert(1)</script>' },
  { path: 'web/b.html', text: '<p style="x">' },
  { path: 'web/c.html', text: '<p onclick="x()">' },
];
export const good = [{ path: 'web/a.html', text: '<script type="module" src="/a.js"></script><p class="style">' }];
