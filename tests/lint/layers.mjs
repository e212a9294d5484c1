// Includes point down only, and each library has one home: docs/architecture.md.
import { isC, lineOf } from './tree.mjs';

export const title = 'includes point down only';

const below = {
  base: [],
  media: ['base'],
  meeting: ['base'],
  link: ['base', 'media'],
  protocol: ['base', 'media', 'meeting', 'link'],
  store: ['base', 'media', 'meeting', 'link'],
  auth: ['base', 'media', 'meeting', 'link'],
  archive: ['base', 'media', 'meeting', 'link', 'store'],
  workers: ['base', 'media', 'meeting', 'link'],
  front: ['base', 'media', 'meeting', 'link', 'protocol', 'auth', 'archive', 'workers'],
  app: ['base', 'media', 'meeting', 'link', 'protocol', 'store', 'auth', 'archive', 'workers', 'front'],
  pipelines: ['base', 'media', 'link'],
};

const homes = [
  [/^libwebsockets\.h$/, /^server\/front\//],
  [/^uv(\/.*)?\.h$/, /^server\/base\/loop\.c$/],
  [/^jansson\.h$/, /^(server\/protocol|pipelines\/link)\//],
  [/^libconfig\.h$/, /^server\/app\/config[^/]*\.c$/],
  [/^sqlite3\.h$/, /^server\/store\//],
  [/^sodium(\/.*)?\.h$/, /^server\/(store|auth)\//],
  [/^openssl\/(evp|hmac)\.h$/, /^server\/auth\//],
  [/^curl\/.*\.h$/, /^server\/app\/(fetch|mail)\.c$/],
  [/^qrencode\.h$/, /^server\/app\/slips\.c$/],
  [/^openssl\/(ssl|err)\.h$/, /^server\/front\/tls\.c$/],
  [/^liburing\.h$/, /^server\/front\/send_batch\.c$/],
  [/^zlib\.h$/, /^server\/front\//],
  [/^srt\/.*\.h$/, /^pipelines\/srtin\.c$/],
  [/^(gst\/.*|glib.*|gio\/.*)\.h$/, /^pipelines\/(?!link\/)/],
];

export function roomOf(name) {
  const [, part, room] = /^(server|pipelines)\/(?:([^/]+)\/)?/.exec(name) ?? [];
  if (part === 'server') return room;
  if (part === 'pipelines') return room === 'link' ? 'link' : 'pipelines';
  return undefined;
}

// `"base/buf.h"` is found from server/, `"link/frame.h"` from pipelines/, `"recorder.h"` beside the
// file itself.
function roomIncluded(from, included) {
  if (!included.includes('/')) return roomOf(from);
  const first = included.split('/')[0];
  if (first === '..' || first === '.') return `${included} (write it from server/ or pipelines/)`;
  if (first === 'server') return included.split('/')[1];
  return first in below ? first : roomOf(from) === 'pipelines' ? 'pipelines' : first;
}

export function check(files) {
  const problems = [];
  for (const { path: name, text } of files.filter((f) => isC(f.path))) {
    const room = roomOf(name);
    if (!room) continue;
    if (!(room in below)) {
      problems.push(`${name}: the room ${room} is not in docs/architecture.md`);
      continue;
    }
    for (const m of text.matchAll(/^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)/gm)) {
      const where = `${name}:${lineOf(text, m.index)}`;
      for (const [header, home] of homes) {
        if (header.test(m[2]) && !home.test(name)) problems.push(`${where}: ${m[2]} is not at home here`);
      }
      if (m[1] === '<') continue;
      const to = roomIncluded(name, m[2]);
      if (to !== room && !below[room].includes(to)) problems.push(`${where}: ${room} must not include ${m[2]}`);
    }
  }
  return problems;
}

export const bad = [
  { path: 'server/base/a.c', text: '#include "media/fragment.h"\n' },
  { path: 'server/front/b.c', text: '#include "store/store.h"\n' },
  { path: 'server/store/c.h', text: '#  include "workers/worker.h"\n' },
  { path: 'server/app/main.c', text: '#include <sqlite3.h>\n' },
  { path: 'server/app/d.c', text: '#include "../store/e.h"\n' },
  { path: 'pipelines/recorder.c', text: '#include "front/front.h"\n' },
  { path: 'pipelines/link/frame.c', text: '#include <gst/gst.h>\n' },
  { path: 'server/helpers/a.c', text: '' },
];
export const good = [
  { path: 'server/app/a.c', text: '#include "front/front.h"\n#include "link/spec.h"\n' },
  { path: 'pipelines/recorder.c', text: '#include "recorder.h"\n#include <gst/gst.h>\n#include "base/buf.h"\n' },
  { path: 'server/archive/a.c', text: '#include "store/store.h"\n' },
];
