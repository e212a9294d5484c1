// `meclis top`: a running server in a terminal.
// Runs beside others.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { freePort } from '../lib/programs.mjs';
import { until } from '../lib/wait.mjs';

let m, ends = [];
before(async () => {
  m = await Meclis.create({ after: (f) => ends.push(f) }, { sources: [{ id: 'test', kind: 'test', priority: 1 }] });
  await m.start();
});
after(async () => {
  for (const f of ends.reverse()) await f();
});

// Runs to its end, in a shell that outlives a Ctrl-C; `keys` are typed once it has drawn. On a pseudo-terminal where `terminal` is its TERM.
async function top(args, { lang = 'tr_TR.UTF-8', terminal, keys } = {}) {
  const env = { ...process.env, LANG: lang, LC_ALL: '', LC_MESSAGES: '', TERM: terminal ?? 'dumb' };
  const child = terminal
    ? spawn('script', ['-qec', `stty rows 24 cols 70; trap : INT; '${m.binary}' top ${args.join(' ')}; stty -a`, '/dev/null'], { env })
    : spawn(m.binary, ['top', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '', code;
  child.stdout.on('data', (d) => {
    output += d;
  });
  child.stderr.on('data', (d) => {
    output += d;
  });
  child.on('close', (c) => {
    code = c;
  });
  if (keys) {
    await until('a frame', () => output.includes(meeting), { seconds: 15 });
    child.stdin.write(keys);
  }
  await until('its end', () => code !== undefined, { seconds: 20 }).catch((e) => {
    child.kill('SIGKILL');
    throw new Error(`${e.message}\n${output}`);
  });
  return { output, code };
}

const url = () => m.url('/');

test('--once prints one frame, without anything but text', async () => {
  const turkish = await top([url(), '--once']);
  assert.equal(turkish.code, 0, turkish.output);
  assert.match(turkish.output, /WebSocket 0 {3}HLS 0/);
  assert.match(turkish.output, /işlemci % \d+/);
  assert.match(turkish.output, /0 +≤ \d+,\d\d +≤ \d+,\d\d +0,00/, 'a net thread');
  assert.match(turkish.output, new RegExp(`${meeting} +kapalı`));
  assert.ok(!turkish.output.includes('\x1b'));
  const english = await top([url(), '--once'], { lang: 'en_US.UTF-8' });
  assert.match(english.output, new RegExp(`${meeting} +off`));
  assert.match(english.output, /Mbit\/s/);
});

test('it says when nobody answers, or something else', async () => {
  const nobody = await top([`http://127.0.0.1:${await freePort()}`, '--once']);
  assert.equal(nobody.code, 2);
  assert.match(nobody.output, /127\.0\.0\.1/);
  const other = await top([m.url('/healthz'), '--once']);
  assert.equal(other.code, 2);
  assert.equal((await top(['--nonsense'])).code, 2);
});

test('in a terminal it draws until q or Ctrl-C, and puts the terminal back', async () => {
  for (const keys of ['q', '\x03']) {
    const { output } = await top([url()], { terminal: 'xterm', keys });
    assert.ok(output.includes('\x1b[?1049h'), 'its own screen');
    const back = output.lastIndexOf('\x1b[?25h\x1b[?1049l');
    assert.ok(back > 0, 'the screen is given back');
    assert.match(output.slice(back), / icanon/, 'lines are edited again');
    assert.match(output.slice(back), / echo /);
    for (const line of output.slice(0, back).split('\n')) {
      assert.ok(line.replace(/\x1b\[[?\d;]*[a-zA-Z]/g, '').trimEnd().length <= 70, line);
    }
  }
});

test('a terminal that can only print gets lines', async () => {
  const { output } = await top([url()], { terminal: 'dumb', keys: 'q' });
  assert.ok(!output.includes('\x1b'));
  assert.match(output, /Açık Meclis/);
});
