// npm ws, broadcasting as its documentation shows: the same messages, as many a second.
import { WebSocketServer } from 'ws';

const [port, rate, bytes] = process.argv.slice(2).map(Number);
const server = new WebSocketServer({ port, host: '127.0.0.1', perMessageDeflate: false, backlog: 4096 }, () => console.log('listening'));
server.on('connection', (socket) => {
  socket.on('message', () => {});
  socket.on('error', () => {});
});

const HEAD = 44, WEBSOCKET_HEAD = 4;
let sequence = 0n;
function message() {
  const b = Buffer.alloc(bytes - WEBSOCKET_HEAD, 0x55);
  b.set([2, 1, 0, 0, 1, 1, 0, 0]);
  b.writeUInt32BE(1, 8);
  b.writeBigUInt64BE(++sequence, 12);
  b.writeBigInt64BE(sequence * 40000n, 20);
  b.writeBigInt64BE(BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)), 28);
  b.writeUInt32BE(1e6 / rate, 36);
  b.writeUInt32BE(b.length - HEAD, 40);
  return b;
}

setInterval(() => {
  const data = message();
  for (const client of server.clients) if (client.readyState === 1) client.send(data, { binary: true });
}, 1000 / rate);
