// A TCP relay that is a poor line: limited rate, jitter, and the stalls that loss causes in TCP.
//
// TCP hides loss: a lost packet shows as a pause of about one round trip (fast retransmit) or of a
// retransmission timeout, after which what was held back comes at once. So for a loss of 1 % each
// packet's worth (1,400 bytes) has that chance to begin such a pause.
import net from 'node:net';

const packet = 1400;

// Small and seeded, so that a run can be repeated.
function random(seed) {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 2 ** 32;
  };
}

// Bytes one way: each chunk leaves when the line has room and its jitter is over, in order.
function shape(from, to, line, next) {
  let free = 0, last = 0, waiting = 0;
  const pieces = []; // in order; timers of one millisecond may come in any
  from.on('data', (chunk) => {
    for (let at = 0; at < chunk.length; at += packet) {
      const piece = chunk.subarray(at, at + packet);
      const now = performance.now();
      free = Math.max(free, now) + (piece.length * 8 * 1000) / line.rate;
      let due = free + line.delay + next() * line.jitter;
      // Fast retransmit costs a round trip; one loss in twenty is of a kind that waits for the timer.
      if (next() < line.loss) due += next() < 0.05 ? 200 + 2 * line.delay : 2 * line.delay + line.jitter;
      due = last = Math.max(due, last);
      waiting += piece.length;
      // What a router would hold at the most; the sender sees a full window beyond it.
      if (waiting > line.queue) from.pause();
      pieces.push(piece);
      setTimeout(() => {
        const first = pieces.shift();
        waiting -= first.length;
        if (!to.destroyed) to.write(first);
        if (waiting <= line.queue / 2 && !line.stopped) from.resume();
      }, due - now);
    }
  });
  from.on('end', () => setTimeout(() => to.end(), Math.max(0, last - performance.now()) + 10));
  from.on('close', () => setTimeout(() => to.destroy(), Math.max(0, last - performance.now()) + 50));
  from.on('error', () => to.destroy());
}

// Relays 127.0.0.1:(its port) to 127.0.0.1:port. `rate` in bits a second, `delay` and `jitter` in
// milliseconds one way, `loss` as a fraction. Both connections' own buffers stay small, so that the
// line is what the sender feels.
export async function relay(port, { rate = 2e6, delay = 20, jitter = 80, loss = 0.01, queue = 64 << 10, seed = 1 } = {}) {
  const line = { rate, delay, jitter, loss, queue, stopped: false, plainOnly: false };
  const next = random(seed);
  const sockets = new Set();
  const server = net.createServer((client) => {
    const up = net.connect({ port, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    // A firewall that knows only plain HTTP. A WebSocket comes on a connection of its own.
    client.on('data', (chunk) => {
      if (line.plainOnly && /^upgrade: *websocket/im.test(chunk.toString('latin1'))) client.destroy();
    });
    for (const s of [client, up]) {
      sockets.add(s);
      s.on('close', () => sockets.delete(s));
    }
    shape(up, client, line, next);
    shape(client, up, { ...line, rate: 20e6 }, next);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    // From now on no WebSocket is opened through it, or all may be again.
    plainOnly(on) {
      line.plainOnly = on;
    },
    // Nothing passes any more, and nobody is told: a cable pulled.
    freeze() {
      line.stopped = true;
      for (const s of sockets) s.pause();
    },
    cut() {
      for (const s of sockets) s.destroy();
    },
    async close() {
      this.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
