// The demo, as ./run starts it, and who acts in it by their links of DATA/demo.json.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { EventsSocket } from './events_socket.mjs';
import { Program, build, freePort, processesWith, temporary } from './programs.mjs';
import { until } from './wait.mjs';

export class Demo {
  // On air when it resolves.
  static async start(t) {
    const d = new this();
    const folder = temporary();
    d.t = t;
    d.data = path.join(folder, 'data');
    d.port = await freePort();
    const args = ['--demo', '--listen', `127.0.0.1:${d.port}`, '--data', d.data];
    d.server = new Program('meclis-demo', path.join(build, 'server/app/meclis'), args, { cwd: folder });
    t.after(async () => {
      await d.server.end();
      // A killed nginx would leave its worker, which nothing names: it is asked, and waited for.
      await until('everything of the demo to end', () => {
        for (const left of processesWith(folder)) {
          try {
            process.kill(left.pid, 'SIGTERM');
          } catch { /* it ended meanwhile */ }
        }
        return processesWith(folder).length === 0;
      }, { seconds: 30, every: 500 });
    });
    const file = path.join(d.data, 'demo.json');
    d.links = await until('demo.json', () => existsSync(file) && JSON.parse(readFileSync(file, 'utf8')), { seconds: 60 }).catch((e) => {
      throw new Error(`${e.message}\n${d.server.output}`);
    });
    return d;
  }

  get token() {
    return readFileSync(path.join(this.data, 'admin-token'), 'utf8').trim();
  }

  url(where) {
    return `http://127.0.0.1:${this.port}${where}`;
  }

  // The personal link of a role, as it would be opened by whom it was given to.
  link(role) {
    return this.links.people.find((one) => one.role === role).address;
  }

  async session(role) {
    const r = await fetch(this.url('/api/v1/session'), { method: 'POST', body: JSON.stringify({ link: this.link(role).split('#')[1] }) });
    return (await r.json()).token;
  }

  // A client at the events socket as `role`; without one as a viewer.
  async client(role, hello = {}) {
    const token = role && (await this.session(role));
    const e = new EventsSocket(`ws://127.0.0.1:${this.port}/ws/demo/events`, { hello: { ...(token && { token }), ...hello } });
    this.t.after(() => e.close());
    return e.ready({ seconds: 30 });
  }

  // By HTTP, for many at once: the events socket takes 20 a second.
  async say(token, name, args) {
    const r = await fetch(this.url('/api/v1/meetings/demo/commands'), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id: `k-${Math.random().toString(36).slice(2)}`, name, args }),
    });
    const answer = await r.json();
    if (answer.type !== 'accepted') throw new Error(`${name}: ${r.status} ${JSON.stringify(answer)}`);
    return answer.first_seq;
  }
}
