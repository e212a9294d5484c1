// Every text of the pages is there in every language, with the same places to fill in; and what the
// server writes into the home page before its script runs is what the script writes.
export const title = 'the language files are complete';

function texts(source) {
  const found = new Map();
  for (const m of source.matchAll(/^ {2}(\w+):\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|`([^`]*)`)/gm)) {
    found.set(m[1], m[2] ?? m[3] ?? m[4]);
  }
  return found;
}

const places = (text) => (text.match(/\{\w+\}/g) ?? []).sort().join(' ');

// The texts of home.c's table: those that are words, not names.
function homeProblems(files) {
  const home = files.find((f) => f.path === 'server/app/home.c');
  const table = home?.text.match(/sections\[2\]\[3\] = \{([^]*?)\n\};/)?.[1] ?? '';
  const known = new Set(files.filter((f) => /^web\/src\/text\/(tr|en)\.ts$/.test(f.path)).flatMap((f) => [...texts(f.text).values()]));
  const words = [...table.matchAll(/"([^"]*)"/g)].map((m) => m[1]).filter((word) => /^[A-ZÇĞİÖŞÜ]/.test(word));
  if (home && words.length < 10) return ['server/app/home.c: its table of texts is not found'];
  return words.filter((word) => !known.has(word)).map((word) => `server/app/home.c: "${word}" is in no text of the pages`);
}

export function check(files) {
  const languages = files.filter((f) => /^web\/src\/text\/(tr|en)\.ts$/.test(f.path)).map((f) => ({ path: f.path, texts: texts(f.text) }));
  const problems = homeProblems(files);
  for (const a of languages) {
    if (a.texts.size < 2) problems.push(`${a.path}: no texts`);
    for (const [key, text] of a.texts) {
      if (text.trim() === '') problems.push(`${a.path}: ${key} is empty`);
      for (const b of languages.filter((x) => x !== a)) {
        if (!b.texts.has(key)) problems.push(`${b.path}: ${key} is missing`);
        else if (places(b.texts.get(key)) !== places(text)) problems.push(`${b.path}: ${key} has other places to fill in than ${a.path}`);
      }
    }
  }
  return problems;
}

// Samples are checked one file at a time: these are wrong by themselves.
export const bad = [
  { path: 'web/src/text/tr.ts', text: 'export const tr = {\n};\n' },
  { path: 'web/src/text/en.ts', text: "export const en = {\n  a: '',\n  b: 'x',\n};\n" },
];
export const good = [
  { path: 'web/src/text/tr.ts', text: "export const tr = {\n  a: '{n} saat',\n  b: 'x',\n};\n" },
  { path: 'web/src/text/en.ts', text: "export const en = {\n  a: '{n} hours',\n  b:\n    'x',\n};\n" },
];
