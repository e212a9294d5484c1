// Reads how many tests passed, failed and were skipped, from what each kind of runner leaves.
import { existsSync, readFileSync } from 'node:fs';

// `meson test` writes one JSON object a line. A cmocka program counts its own cases; any other one
// counts as one test.
export function countMeson(log) {
  const count = { passed: 0, failed: 0, skipped: 0, notes: [] };
  if (!existsSync(log)) return count;
  for (const line of readFileSync(log, 'utf8').split('\n').filter(Boolean)) {
    const t = JSON.parse(line);
    const said = `${t.stdout ?? ''}\n${t.stderr ?? ''}`;
    const sum = (word) => [...said.matchAll(new RegExp(`\\[ +${word} +\\] (\\d+) test\\(s\\)`, 'g'))]
      .reduce((n, m) => n + Number(m[1]), 0);
    const [passed, failed, skipped] = ['PASSED', 'FAILED', 'SKIPPED'].map(sum);
    const good = t.result === 'OK' || t.result === 'EXPECTEDFAIL';
    if (t.result === 'SKIP') {
      count.skipped++;
    } else if (good) {
      count.passed += passed || 1;
      count.skipped += skipped;
    } else {
      count.passed += passed;
      count.failed += failed || 1;
      count.skipped += skipped;
      count.notes.push(`${t.name}: ${t.result}`);
    }
  }
  return count;
}

// node:test's TAP ends with `# pass N` and so on; a file that was killed has no such end.
export function countTap(text) {
  const figure = (word) => Number(new RegExp(`^# ${word} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  if (!/^# pass \d+/m.test(text)) {
    const lines = (start) => (text.match(new RegExp(`^ *${start} \\d+ - `, 'gm')) ?? []).length;
    return { passed: lines('ok'), failed: lines('not ok') || 1, skipped: 0, notes: ['was cut short'] };
  }
  return {
    passed: figure('pass'),
    failed: figure('fail') + figure('cancelled'),
    skipped: figure('skipped') + figure('todo'),
  };
}

export function countVitest(text) {
  const j = JSON.parse(text || '{}');
  return {
    passed: j.numPassedTests ?? 0,
    failed: (j.numFailedTests ?? 0) || (j.numFailedTestSuites ?? 0),
    skipped: (j.numPendingTests ?? 0) + (j.numTodoTests ?? 0),
  };
}
