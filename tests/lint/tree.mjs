// The files that the lints look at, and the little that they need to know of C.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

// Every file that git holds or would hold: [{ path, text }], text read when asked for.
export function tree() {
  const names = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
    .toString().split('\0').filter(Boolean);
  return [...new Set(names)].filter((name) => existsSync(path.join(root, name))).map((name) => ({
    path: name,
    get text() {
      return readFileSync(path.join(root, name), 'utf8');
    },
  }));
}

export const isC = (name) => /\.[ch]$/.test(name);

// The text with comments, strings and character constants blanked, lines kept.
export function withoutWords(text) {
  const pattern = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/g;
  return text.replace(pattern, (word) => word.replace(/[^\n]/g, ' '));
}

export function lineOf(text, at) {
  return text.slice(0, at).split('\n').length;
}

// The functions of a C file in the project's format (clang-format is a lint of its own): a body
// begins with "{" alone at the line's start and ends with "}" there. Lines count from 1; a function
// counts from its first line to its closing brace.
export function functions(text) {
  const lines = withoutWords(text).split('\n');
  const found = [];
  let open = -1;
  for (let i = 0; i < lines.length; i++) {
    if (/^\{\s*$/.test(lines[i])) open = i;
    if (open < 0 || !/^\}/.test(lines[i])) continue;
    let first = open - 1;
    while (first > 0 && lines[first - 1].trim() && !/[;}#]/.test(lines[first - 1])) first--;
    const head = lines.slice(first, open).join(' ');
    found.push({ name: /(\w+)\s*\(/.exec(head)?.[1] ?? '?', line: first + 1, lines: i - first + 1 });
    open = -1;
  }
  return found;
}
