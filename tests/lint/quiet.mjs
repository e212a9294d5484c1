// Only app/, the mains and what composes the worker log above debug, and nobody writes to the terminal past the log.
import { isC, lineOf, withoutWords } from './tree.mjs';

export const title = 'rooms below app/ do not log above debug';

const mayLog = (name) => /^server\/app\/|(^|\/)main\.c$|^pipelines\/worker(_media|_orders)?\.c$|^server\/base\/log\.[ch]$|^tests\//.test(name);

export function check(files) {
  const problems = [];
  for (const { path: name, text } of files.filter((f) => isC(f.path) && !mayLog(f.path))) {
    for (const m of withoutWords(text).matchAll(/(?<![\w.>])(log_(?:info|warning|error)|perror|printf|puts|g_print(?:err)?)\s*\(/g)) {
      problems.push(`${name}:${lineOf(text, m.index)}: ${m[1]}()`);
    }
  }
  return problems;
}

export const bad = [
  { path: 'server/front/a.c', text: 'log_info("front", "x");' },
  { path: 'pipelines/b.c', text: 'printf("x");' },
];
export const good = [
  { path: 'server/app/a.c', text: 'log_info("app", "x");' },
  { path: 'pipelines/main.c', text: 'log_error("x", "y");' },
  { path: 'server/front/b.c', text: 'log_debug("front", "x"); snprintf(a, 1, "");' },
];
