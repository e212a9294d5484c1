// Each lint holds for the tree, finds what is wrong in each of its bad samples, and nothing in its
// good ones: a lint that can't fail is none.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tree } from './tree.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const files = tree();

for (const name of readdirSync(here).filter((f) => f.endsWith('.mjs')).sort()) {
  const lint = await import(`./${name === 'lint_test.mjs' ? 'tree.mjs' : name}`);
  if (!lint.check) continue;
  test(`${lint.title}: the tree`, () => {
    const problems = lint.check(files);
    assert.equal(problems.length, 0, `\n${problems.join('\n')}\n`);
  });
  test(`${lint.title}: its bad samples are found`, () => {
    for (const sample of lint.bad) assert.notEqual(lint.check([sample]).length, 0, JSON.stringify(sample).slice(0, 200));
    assert.deepEqual(lint.check(lint.good), []);
  });
}
