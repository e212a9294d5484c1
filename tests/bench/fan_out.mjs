// What the server uses for fifty viewers. They are on a thread of their own.
import { Worker, isMainThread, workerData } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { MediaSocket } from '../lib/media_socket.mjs';
import { sleep } from '../lib/wait.mjs';
import { meeting } from '../lib/meclis.mjs';
import { cores } from './house.mjs';

const VIEWERS = 50;

if (!isMainThread && workerData?.viewers) {
  for (let i = 0; i < workerData.viewers; i++) new MediaSocket(workerData.address, {});
}

export async function fanOut(m, { seconds = 15 } = {}) {
  const address = m.url(`/ws/${meeting}/media`).replace('http', 'ws');
  const crowd = new Worker(fileURLToPath(import.meta.url), { workerData: { viewers: VIEWERS, address } });
  try {
    await sleep(3000);
    const viewers = await m.metric('meclis_viewers');
    if (viewers < VIEWERS) throw new Error(`${viewers} viewers of ${VIEWERS}`);
    const [server] = await cores([m.server.pid], seconds);
    return [{ name: `server, ${VIEWERS} viewers`, value: server, unit: 'cores', digits: 3 }];
  } finally {
    await crowd.terminate();
  }
}
