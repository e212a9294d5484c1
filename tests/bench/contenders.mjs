// Who is measured: each has name, start(), address, where(…), pids and end(). Only what serves
// viewers is counted: not the worker that makes the media, nor ffmpeg.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Meclis } from '../lib/meclis.mjs';
import { parseMetrics } from '../lib/metrics.mjs';
import { Program, build, freePort, root, temporary } from '../lib/programs.mjs';
import { sleep, until } from '../lib/wait.mjs';
import { childrenOf, placed, serverThreads } from './cpus.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));

// What is sent: so many messages a second of so many bytes; `whole` has sound within them, as a
// sitting has. Each is a meeting of our server's.
export const feeds = {
  usual: { rate: 25, bytes: 10240 },
  large: { rate: 5, bytes: 51200 },
  rare: { rate: 5, bytes: 10240 },
  whole: { rate: 25, bytes: 10240, sound: true },
};

// The real server; its worker is publish.c, which says the same over the same link.
export class Ours extends Meclis {
  name = 'ours';

  static async make(t, settings = {}) {
    const m = await this.create(t, {
      sources: [],
      settings: {
        net_threads: serverThreads, max_connections: 12000, max_connections_per_address: 2000, recording: false, rtmp: false, orphan_seconds: 120,
        renditions: [{ name: '720p', width: 1280, height: 720, bitrate_kbps: 2048 }], ...settings,
      },
    });
    m.settings.meetings = Object.entries(feeds).map(([id, { rate, bytes, sound }]) => ({
      id, title: 'Örnek', sources: [{ id: 'olcum', kind: 'gstreamer', url: `${rate} ${bytes}${sound ? ' sound' : ''}` }], agenda: [],
    }));
    m.configure();
    // found beside the server: a tree of its own, in which the worker is ours
    mkdirSync(path.join(m.folder, 'bin'));
    copyFileSync(path.join(build, 'server/app/meclis'), path.join(m.folder, 'bin/meclis'));
    symlinkSync(path.join(build, 'tests/bench/bench-publish'), path.join(m.folder, 'bin/meclis-pipeline'));
    return m;
  }

  spawn() {
    const args = ['--listen', `127.0.0.1:${this.port}`, '--data', this.data, '--config', this.config];
    return new Program('meclis', ...placed(path.join(this.folder, 'bin/meclis'), args));
  }

  get address() {
    return `127.0.0.1:${this.port}`;
  }

  get tlsAddress() {
    return this.settings.tls_port && `127.0.0.1:${this.settings.tls_port}`;
  }

  get pids() {
    return [this.server.pid];
  }

  where(feed) {
    return `/ws/${feed}/media`;
  }

  async order(feed, action) {
    const r = await this.get(`/api/v1/meetings/${feed}/broadcast`, 10, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ action }),
    });
    if (!r.ok) throw new Error(`${action} ${feed}: ${r.status} ${await r.text()}`);
  }

  // Only this feed is on air, so that only its work is counted.
  async feed(name) {
    if (this.fed === name) return;
    if (this.fed) await this.order(this.fed, 'stop');
    this.fed = name;
    if (!name) return;
    await this.order(name, 'start');
    const made = `meclis_fragments_total{meeting="${name}"}`;
    await until(`fragments of ${name}`, async () => parseMetrics(await this.text('/metrics')).get(made) > 10, { seconds: 20 });
  }
}

// A program of ours that sends on its own account, or when it is told to.
class Sender {
  async run(program, ...args) {
    const port = await freePort();
    this.address = `127.0.0.1:${port}`;
    const [file, all] = placed(path.join(build, 'tests/bench', program), [this.address, ...args, serverThreads].map(String));
    this.child = spawn(file, all, { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise((resolve, reject) => {
      this.child.stdout.once('data', resolve);
      this.child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
    });
  }

  get pids() {
    return [this.child.pid];
  }

  say(line) {
    this.child.stdin.write(`${line}\n`);
  }

  end() {
    this.child?.kill('SIGKILL');
  }
}

export class Limit extends Sender {
  name = 'bare send()';

  constructor(t, { rate, bytes }) {
    super();
    t.after(() => this.end());
    Object.assign(this, { rate, bytes });
  }

  start() {
    return this.run('bench-limit', this.rate, this.bytes);
  }

  where() {
    return '/';
  }
}

// Our front's events socket, with nothing behind it.
export class Events extends Sender {
  name = 'our events';

  constructor(t, { bytes }) {
    super();
    t.after(() => this.end());
    this.bytes = bytes;
  }

  start() {
    return this.run('bench-events', this.bytes);
  }

  where() {
    return '/ws/olcum/events';
  }
}

// Node's peers: scripts of ours around their packages.
class Script {
  constructor(t, name, script) {
    t.after(() => this.program?.end());
    Object.assign(this, { name, script });
  }

  async run(...args) {
    this.program = new Program(this.name.replaceAll(' ', '-'), ...placed(process.execPath, [path.join(here, this.script), ...args.map(String)]), { env: { NODE_ENV: 'production' } });
    await until(`${this.name} to listen`, () => {
      if (this.program.exited) throw new Error(this.program.output);
      return this.program.output.includes('listening');
    });
  }

  get pids() {
    return [this.program.pid];
  }
}

export class NpmWs extends Script {
  constructor(t, { rate, bytes }) {
    super(t, 'npm ws', 'peer_ws.mjs');
    Object.assign(this, { rate, bytes });
  }

  async start() {
    const port = await freePort();
    this.address = `127.0.0.1:${port}`;
    await this.run(port, this.rate, this.bytes);
  }

  where() {
    return '/';
  }
}

// Fed by ffmpeg with H.264 and AAC of the whole feed's bytes and frames a second, made once.
export class NodeMediaServer extends Script {
  constructor(t) {
    super(t, 'node-media-server', 'peer_nms.mjs');
    t.after(() => this.encoder?.end());
  }

  async start() {
    const { rate, bytes } = feeds.whole, bits = rate * bytes * 8;
    const file = path.join(temporary(), 'picture.flv'), rtmp = await freePort(), port = await freePort();
    this.address = `127.0.0.1:${port}`;
    const made = new Program('ffmpeg', 'ffmpeg', ['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', `testsrc2=size=1280x720:rate=${rate}`, '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000',
      '-c:a', 'aac', '-b:a', '48k', '-vf', 'noise=alls=20:allf=t', '-t', '8', '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', String(2 * rate), '-b:v', String(bits),
      '-maxrate', String(bits), '-bufsize', String(bits / 4), '-x264-params', 'nal-hrd=cbr:scenecut=0', '-f', 'flv', file]);
    const { code } = await made.ended({ seconds: 120 });
    if (code !== 0) throw new Error(`ffmpeg: ${made.output}`);
    await this.run(rtmp, port, path.join(path.dirname(file), 'store'));
    this.encoder = new Program('ffmpeg', 'ffmpeg', ['-hide_banner', '-loglevel', 'error', '-re', '-stream_loop', '-1', '-i', file, '-c', 'copy', '-f', 'flv',
      `rtmp://127.0.0.1:${rtmp}/live/olcum`]);
    await sleep(2500);
    if (this.encoder.exited) throw new Error(`ffmpeg: ${this.encoder.output}`);
  }

  where() {
    return '/live/olcum.flv';
  }
}

// A certificate of the run's own: { cert, key }.
export async function certificate() {
  const folder = temporary(), cert = path.join(folder, 'cert.pem'), key = path.join(folder, 'key.pem');
  const made = new Program('openssl', 'openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert,
    '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']);
  if ((await made.ended()).code !== 0) throw new Error(made.output);
  return { cert, key };
}

class Nginx {
  constructor(t, name) {
    t.after(() => this.end());
    this.name = name;
    this.folder = temporary();
  }

  async run(http, port) {
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((n) => `${n}_temp_path ${this.folder}/${n};`).join('\n');
    const user = process.getuid() === 0 ? 'user root;\n' : '';
    writeFileSync(path.join(this.folder, 'nginx.conf'), `${user}daemon off;\nworker_processes ${serverThreads};\nworker_rlimit_nofile 20000;
pid ${this.folder}/pid;\nerror_log ${this.folder}/error.log warn;
events { worker_connections 9000; }\nhttp {\naccess_log off;\n${paths}\n${http}\n}\n`);
    this.program = new Program('nginx', ...placed('nginx', ['-p', this.folder, '-c', path.join(this.folder, 'nginx.conf')]));
    await until('nginx to listen', async () => {
      if (this.program.exited) throw new Error(this.program.output);
      await fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual', signal: AbortSignal.timeout(1000) });
      return true;
    });
    this.#workers = childrenOf(this.program.pid);
  }

  #workers = [];
  get pids() {
    return [this.program.pid, ...this.#workers];
  }

  async end() {
    if (!this.program || this.program.exited) return;
    this.program.kill('SIGTERM'); // it ends its workers
    await this.program.ended().catch(() => this.program.end());
  }
}

// Serves files of HLS, with sendfile; with TLS as Debian's nginx and OpenSSL do it.
export class NginxHls extends Nginx {
  get www() {
    return path.join(this.folder, 'www');
  }

  constructor(t, { cert, key }) {
    super(t, 'nginx HLS');
    Object.assign(this, { cert, key });
  }

  async start() {
    const [plain, tls] = [await freePort(), await freePort()];
    this.address = `127.0.0.1:${plain}`;
    this.tlsAddress = `127.0.0.1:${tls}`;
    mkdirSync(this.www);
    await this.run(`include /etc/nginx/mime.types;
types { application/vnd.apple.mpegurl m3u8; video/iso.segment m4s; }
sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000;
server { listen 127.0.0.1:${plain} reuseport backlog=4096; listen 127.0.0.1:${tls} ssl reuseport backlog=4096;
ssl_certificate ${this.cert}; ssl_certificate_key ${this.key}; root ${this.www}; }`, plain);
  }

  where(feed) {
    return `/hls/${feed}/720p/index.m3u8`;
  }

  // Holds the same files as the address has, from now on until told to stop.
  mirror(ours, feed) {
    const from = `/hls/${feed}/720p/`, folder = path.join(this.www, from), known = new Set();
    mkdirSync(folder, { recursive: true });
    const put = (name, bytes) => {
      writeFileSync(path.join(folder, `${name}.new`), bytes);
      renameSync(path.join(folder, `${name}.new`), path.join(folder, name));
    };
    let going = true, ready = false;
    const work = (async () => {
      while (going) {
        const text = await ours.text(`${from}index.m3u8`);
        for (const name of text.split('\n').filter((l) => l && !l.startsWith('#')))
          if (!known.has(name)) {
            put(name, Buffer.from(await (await ours.get(from + name)).arrayBuffer()));
            known.add(name);
          }
        put('index.m3u8', text);
        ready = true;
        await sleep(250);
      }
    })();
    return {
      ready: () => until('the mirror', () => ready),
      stop: () => {
        going = false;
        return work;
      },
    };
  }
}

// The same files, from h2o, where it is installed. (Its package starts a server at port 80.)
export class H2oHls {
  name = 'h2o HLS';

  static installed() {
    return spawnSync('h2o', ['--version'], { stdio: 'ignore' }).status === 0;
  }

  constructor(t, nginx) {
    t.after(() => this.program?.end());
    this.nginx = nginx;
  }

  async start() {
    const port = await freePort(), folder = temporary(), config = path.join(folder, 'h2o.conf');
    this.address = `127.0.0.1:${port}`;
    const user = process.getuid() === 0 ? 'user: root\n' : '';
    writeFileSync(config, `${user}num-threads: ${serverThreads}\nmax-connections: 9000\npid-file: ${folder}/pid\nerror-log: ${folder}/error.log
listen:\n  host: 127.0.0.1\n  port: ${port}\nfile.mime.addtypes:\n  application/vnd.apple.mpegurl: .m3u8\n  video/iso.segment: .m4s
hosts:\n  default:\n    paths:\n      /:\n        file.dir: ${this.nginx.www}\n`);
    this.program = new Program('h2o', ...placed('h2o', ['-c', config]));
    await until('h2o to listen', async () => {
      if (this.program.exited) throw new Error(this.program.output);
      return (await fetch(`http://${this.address}/none`, { signal: AbortSignal.timeout(1000) })).status;
    });
  }

  get pids() {
    return [this.program.pid, ...childrenOf(this.program.pid)];
  }

  where(feed) {
    return this.nginx.where(feed);
  }
}

// Our own configuration for nginx, in front of our server; only where things are is changed.
export class NginxFront extends Nginx {
  constructor(t, ours, { cert, key }) {
    super(t, 'nginx in front');
    Object.assign(this, { ours, cert, key });
  }

  async start() {
    const [plain, tls] = [await freePort(), await freePort()];
    this.address = `127.0.0.1:${tls}`;
    const text = readFileSync(path.join(root, 'config/nginx-meclis.conf'), 'utf8')
      .replace(/server 127\.0\.0\.1:8080;/, `server ${this.ours.address};`)
      .replace(/\/var\/cache\/nginx\/meclis/g, path.join(this.folder, 'cache'))
      .replace(/^\s*listen \[::\].*$/gm, '')
      .replace(/listen 80;/, `listen 127.0.0.1:${plain};`)
      .replace(/listen 443 /, `listen 127.0.0.1:${tls} `)
      .replace(/(ssl_certificate\s+)\S+;/, `$1${this.cert};`)
      .replace(/(ssl_certificate_key\s+)\S+;/, `$1${this.key};`);
    await this.run(`include /etc/nginx/mime.types;\nproxy_headers_hash_max_size 2048;\n${text}`, plain);
  }

  get pids() {
    return [...super.pids, ...this.ours.pids];
  }

  where(feed) {
    return this.ours.where(feed);
  }
}
