// node-media-server with its usual settings; RTMP comes in, FLV goes out over WebSockets. What it
// keeps lies in a folder of the run's.
import NodeMediaServer from 'node-media-server';

const [rtmp, port, folder] = process.argv.slice(2);
const server = new NodeMediaServer({
  bind: '127.0.0.1',
  rtmp: { port: Number(rtmp) },
  http: { port: Number(port) },
  store: { path: folder },
  auth: { play: false, publish: false },
  webadmin: { enable: false },
});
await server.run();
setTimeout(() => console.log('listening'), 500);
