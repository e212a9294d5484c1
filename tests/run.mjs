// Builds and runs every suite, one after the other, and counts. See ../test for how to call it.
//
// A suite is a process group of its own with a time limit. What does not end, does not start, or
// shows no test at all counts as a failure; so does a process that a suite leaves behind.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { countMeson, countTap, countVitest } from './lib/counting.mjs';
import { endMarked, runGroup } from './lib/processes.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const artefacts = path.join(root, 'artefacts');
const build = path.join(root, 'build-test');
const arguments_ = process.argv.slice(2);
const long = arguments_.includes('--long');
const filters = arguments_.filter((a) => !a.startsWith('--'));
// Continuous integration stops at 45 minutes; ours ends before it, with its last line.
const deadline = Date.now() + (long ? 6 * 3600 : 43 * 60) * 1000;

const environment = {
  ...process.env,
  MECLIS_BUILD: build,
  MECLIS_ARTEFACTS: artefacts,
  MECLIS_TEST_LONG: long ? '1' : '',
  // With sanitizers, on a small machine that others use too. What holds is not waited for longer.
  MECLIS_TEST_PATIENCE: process.env.MECLIS_TEST_PATIENCE ?? '2',
  // Leaks inside GLib and GStreamer's plugins are not ours to mend: see the file.
  LSAN_OPTIONS: `suppressions=${root}/tests/lsan-suppressions:print_suppressions=0`,
  ASAN_OPTIONS: 'abort_on_error=0:detect_stack_use_after_return=1:exitcode=99:fast_unwind_on_malloc=0',
  UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1',
};

const total = { passed: 0, failed: 0, skipped: 0 };

function report(name, count, seconds, output) {
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  const figures = [`${count.passed} passed`];
  if (count.failed) figures.push(`${count.failed} FAILED`);
  if (count.skipped) figures.push(`${count.skipped} skipped`);
  console.log(`${count.failed ? 'FAIL' : 'ok  '} ${name.padEnd(36)} ${figures.join(', ')}, ${seconds.toFixed(1)} s`);
  for (const note of count.notes ?? []) console.log(`     ${note}`);
  if (count.failed && output) console.log(output.replace(/^/gm, '     | '));
}

// Runs one suite. `count` reads what it left and says how many passed.
async function suite(name, command, { cwd = root, seconds = 300, env = {}, count }) {
  const began = Date.now();
  const limit = Math.min(seconds * 1000, deadline - began);
  // Whatever the suite starts inherits this, so that what it leaves behind is found.
  const mark = randomBytes(8).toString('hex');
  const end = limit <= 0
    ? { code: null, output: '', reason: 'no time left: the whole run may take 43 minutes' }
    : await runGroup(command, { cwd, env: { ...environment, ...env, MECLIS_TEST_RUN: mark }, limit });
  const result = count(end);
  result.notes ??= [];
  if (end.reason) result.notes.push(end.reason);
  if ((end.code !== 0 || result.passed + result.skipped === 0) && result.failed === 0) {
    result.failed = 1;
    result.notes.push(end.code === 0 ? 'no test was run' : `ended with ${end.code ?? end.signal}`);
  }
  for (const left of await endMarked(`MECLIS_TEST_RUN=${mark}`)) {
    result.failed++;
    result.notes.push(`left running: ${left}`);
  }
  mkdirSync(artefacts, { recursive: true });
  writeFileSync(path.join(artefacts, `${name.replaceAll('/', '-')}.log`), end.output);
  report(name, result, (Date.now() - began) / 1000, end.output.slice(-20000));
  return result.failed === 0;
}

// A step that is no test itself, but without which there are none.
async function step(name, command, options) {
  const counting = { count: ({ code }) => ({ passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 }) };
  const began = Date.now();
  const end = await runGroup(command, {
    cwd: root, limit: Math.min(20 * 60 * 1000, deadline - began), ...options, env: environment,
  });
  if (end.code === 0) return true;
  report(name, counting.count(end), (Date.now() - began) / 1000, end.output.slice(-20000));
  return false;
}

// Whether a suite's name, or one of the names below a folder's, was asked for.
const asked = (folder) => wanted(folder) || filters.some((f) => f.startsWith(`${folder}/`));
const wanted = (name) => filters.length === 0 || filters.some((f) => name.includes(f));

// `npm ci` where the lock file is another one than last time, so that a second run needs no network.
async function installModules(folder) {
  const lock = path.join(root, folder, 'package-lock.json');
  if (!existsSync(lock)) return true;
  const stamp = path.join(root, folder, 'node_modules', '.lock-sha256');
  const hash = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return true;
  const ok = await step(`npm ci in ${folder}`, ['npm', 'ci', '--no-audit', '--no-fund'], { cwd: path.join(root, folder) });
  if (ok) writeFileSync(stamp, hash);
  return ok;
}

async function buildAll() {
  if (!existsSync(path.join(build, 'build.ninja'))) {
    const setup = ['meson', 'setup', build, '-Db_sanitize=address,undefined', '-Db_lundef=false'];
    if (!(await step('meson setup', setup))) return false;
  }
  return step('build', ['nice', 'ninja', '-C', build]);
}

async function unitTests() {
  const names = filters.filter((f) => f.startsWith('unit/')).map((f) => f.slice(5));
  const command = ['meson', 'test', '-C', build, '--no-rebuild', '--print-errorlogs', '--num-processes', '2',
    ...(long ? ['--timeout-multiplier', '20'] : []), ...names];
  return suite('unit', command, {
    seconds: long ? 3 * 3600 : 900,
    count: () => countMeson(path.join(build, 'meson-logs', 'testlog.json')),
  });
}

// One file of tests, as a suite of its own.
async function nodeSuite(folder, file, text) {
  const name = `${folder}/${file.replace('_test.mjs', '')}`;
  const seconds = Number(/^\/\/ Time limit: (\d+) s/m.exec(text)?.[1] ?? 300) * (long ? 4 : 1);
  const tap = path.join(artefacts, `${name.replaceAll('/', '-')}.tap`);
  mkdirSync(artefacts, { recursive: true });
  writeFileSync(tap, '');
  const command = ['node', '--test', '--test-reporter=spec', '--test-reporter-destination=stdout',
    '--test-reporter=tap', `--test-reporter-destination=${tap}`, path.join(root, 'tests', folder, file)];
  await suite(name, command, { seconds, count: () => countTap(readFileSync(tap, 'utf8')) });
}

// Files that say `// Runs beside others.` wait for answers, not for a clock: two of them at a time.
// All others, which watch pictures and sound as they come, have the machine to themselves.
async function nodeTests(folder) {
  const at = path.join(root, 'tests', folder);
  const names = existsSync(at) ? readdirSync(at).filter((f) => f.endsWith('_test.mjs')).sort() : [];
  if (names.length === 0) report(folder, { passed: 0, failed: 1, skipped: 0, notes: ['has no tests'] }, 0);
  const files = names.filter((f) => wanted(`${folder}/${f.replace('_test.mjs', '')}`))
    .map((name) => ({ name, text: readFileSync(path.join(at, name), 'utf8') }));
  const beside = files.filter(({ text }) => /^\/\/ Runs beside others\.$/m.test(text));
  const alone = files.filter((file) => !beside.includes(file));
  const lane = async () => {
    for (let file; (file = beside.shift());) await nodeSuite(folder, file.name, file.text);
  };
  await Promise.all([lane(), lane()]);
  for (const { name, text } of alone) await nodeSuite(folder, name, text);
}

async function webTests() {
  const result = path.join(artefacts, 'web.json');
  mkdirSync(artefacts, { recursive: true });
  writeFileSync(result, '{}');
  await suite('web', ['npx', '--no-install', 'vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${result}`], {
    cwd: path.join(root, 'web'),
    count: () => countVitest(readFileSync(result, 'utf8')),
  });
}

async function main() {
  const built = await buildAll();
  const modules = await installModules('tests');
  for (const folder of ['lint', 'lib']) {
    if (asked(folder)) await nodeTests(folder);
  }
  if (built && asked('unit')) await unitTests();
  if (existsSync(path.join(root, 'web', 'package.json')) && (await installModules('web'))) {
    const pages = await step('build of web', ['npm', 'run', 'build'], { cwd: path.join(root, 'web') });
    if (pages && asked('web')) await webTests();
  }
  for (const folder of ['system', 'browser']) {
    if (!existsSync(path.join(root, 'tests', folder))) continue;
    if (built && modules && asked(folder)) await nodeTests(folder);
  }
}

try {
  await main();
} catch (e) {
  console.log(e.stack);
  total.failed++;
}
if (total.passed === 0 && total.failed === 0) {
  console.log('nothing was run');
  total.failed = 1;
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed ? 1 : 0);
