// A header's guard is MECLIS_ROOM_FILE_H.
import { roomOf } from './layers.mjs';

export const title = 'headers are guarded by their own name';

export function check(files) {
  const problems = [];
  for (const { path: name, text } of files.filter((f) => f.path.endsWith('.h'))) {
    const room = roomOf(name) ?? '\\w+'; // a test's own header names what it likes
    const stem = name.split('/').at(-1).replace('.h', '');
    const guard = `MECLIS_${room}_${stem}_H`.toUpperCase().replaceAll('-', '_').replace('\\W', '\\w');
    if (!new RegExp(`^#ifndef (${guard})\n#define \\1\n[\\s\\S]*\n#endif[^\n]*\n$`, 'm').test(text)) {
      problems.push(`${name}: no guard ${guard}`);
    }
  }
  return problems;
}

export const bad = [
  { path: 'server/base/buf.h', text: '#ifndef MECLIS_BUF_H\n#define MECLIS_BUF_H\n#endif\n' },
  { path: 'server/base/x.h', text: 'int x;\n' },
];
export const good = [
  { path: 'pipelines/link/a.h', text: '/* A. */\n#ifndef MECLIS_LINK_A_H\n#define MECLIS_LINK_A_H\n\nint a;\n\n#endif\n' },
];
