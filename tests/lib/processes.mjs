// Starts programs so that they can be ended for sure.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

// Runs a command as a process group of its own; after `limit` milliseconds the whole group is
// killed. Resolves to { code, signal, output, reason }; never rejects.
export function runGroup([file, ...args], { cwd, env, limit }) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '', reason;
    const add = (chunk) => {
      output += chunk;
      if (output.length > 4e6) output = output.slice(-2e6);
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    const kill = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch { /* it ended meanwhile */ }
    };
    const timer = setTimeout(() => {
      reason = `killed after ${Math.round(limit / 1000)} s`;
      kill();
    }, limit);
    child.on('error', (e) => {
      clearTimeout(timer);
      resolve({ code: null, output: String(e), reason: String(e) });
    });
    const closed = new Promise((done) => child.on('close', done));
    // Not 'close' alone: what left the group and holds the pipes open must not hold us up.
    child.on('exit', async (code, signal) => {
      clearTimeout(timer);
      await Promise.race([closed, sleep(50)]);
      kill();
      await Promise.race([closed, sleep(2000)]);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ code, signal, output, reason });
    });
  });
}

// Processes whose environment at their start held the text: [{ pid, command }].
export function marked(text) {
  const found = [];
  for (const pid of readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    try {
      const held = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
      const state = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)[0];
      if (state === 'Z' || Number(pid) === process.pid || !held.includes(`\0${text}\0`)) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
      found.push({ pid: Number(pid), command: command.slice(0, 160) });
    } catch { /* it ended, or is another user's */ }
  }
  return found;
}

// Gives them a moment to end by themselves, then kills them. Returns what had to be killed.
export async function endMarked(text) {
  for (let i = 0; i < 30 && marked(text).length; i++) await sleep(100);
  const left = marked(text);
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch { /* it ended meanwhile */ }
  }
  return left.map(({ pid, command }) => `${command} (${pid})`);
}
