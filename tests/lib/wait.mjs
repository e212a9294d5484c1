// Waiting that ends: for a condition, at most so long, saying what was waited for.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };

// The machine that runs the tests may be busy or slow; every bound is multiplied by this.
export const patience = Number(process.env.MECLIS_TEST_PATIENCE ?? 1);

// Asks `ask` until it returns something true, and returns that. What it throws counts as "not yet".
export async function until(what, ask, { seconds = 20, every = 50 } = {}) {
  const end = performance.now() + seconds * 1000 * patience;
  let last;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer;
      last = undefined;
    } catch (e) {
      last = e;
    }
    if (performance.now() >= end) break;
    await sleep(every);
  }
  throw new Error(`waited ${seconds * patience} s in vain: ${what}${last ? ` (${last.message})` : ''}`);
}

// The opposite: it must stay true for so long.
export async function holds(what, ask, { seconds = 2, every = 100 } = {}) {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    if (!(await ask())) throw new Error(`did not hold: ${what}`);
    await sleep(every);
  }
}

// Whether this machine was so busy since this was made that real time can't be asked for: the share
// of time in which something that could run had to wait for a processor. Nothing of ours alone
// comes near it on two cores.
export class Pressure {
  #begun = Pressure.#waited();
  #at = performance.now();

  static #waited() {
    try {
      return Number(/some .*total=(\d+)/.exec(readFileSync('/proc/pressure/cpu', 'latin1'))[1]) / 1000;
    } catch {
      return undefined; // a kernel without it: taken for an idle machine
    }
  }

  get share() {
    const now = Pressure.#waited();
    return now === undefined ? 0 : (now - this.#begun) / (performance.now() - this.#at);
  }

  get starved() {
    return this.share > 0.75;
  }
}
