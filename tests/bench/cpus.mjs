// Who runs where, and what it used. Servers have the first half of the processors, the load client
// the last one and this script the rest: on two cores each side has one, and neither's delay is the
// other's.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import os from 'node:os';

const cpus = os.cpus().length;
const half = Math.max(1, Math.floor(cpus / 2));
const pinned = cpus > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

export const clientCpu = pinned ? cpus - 1 : -1;
export const serverThreads = pinned ? half : cpus;
export const serverCpus = pinned ? `0-${half - 1}` : undefined;

// A command that runs where servers run.
export function placed(file, args) {
  return serverCpus ? ['taskset', ['-c', serverCpus, file, ...args]] : [file, args];
}

// This script's own work, and what it starts from now on, stays out of the servers' way.
export function stepAside() {
  if (pinned) spawnSync('taskset', ['-a', '-p', '-c', `${half}-${cpus - 1}`, String(process.pid)]);
}

export function childrenOf(pid) {
  return readdirSync('/proc').filter((n) => /^\d+$/.test(n)).map(Number).filter((n) => {
    try {
      return Number(readFileSync(`/proc/${n}/stat`, 'latin1').split(') ').at(-1).split(' ')[1]) === pid;
    } catch {
      return false;
    }
  });
}

function threadsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // it ended meanwhile, as nginx's cache loader does
  }
}

// Seconds of CPU (utime and stime) that these processes have used, to the nanosecond where the
// kernel says so.
export function cpuSecondsOf(pids) {
  let seconds = 0;
  for (const pid of pids)
    for (const thread of threadsOf(pid)) {
      try {
        seconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]) / 1e9;
      } catch (e) {
        if (e.code === 'ESRCH') continue; // the same
        const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1').split(') ').at(-1).split(' ');
        seconds += (Number(stat[11]) + Number(stat[12])) / 100;
      }
    }
  return seconds;
}
