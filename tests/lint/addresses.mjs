// Nothing in the tree holds on to one machine's folders, or to one mirror of a package registry.
import { lineOf } from './tree.mjs';

export const title = 'no registry and no private folder is named';

const isText = (name) => !/\.(png|jpg|jpeg|webp|gif|ico|mp4|m4s|ts|aac|h264|h265|bin|woff2)$/.test(name) || /\.ts$/.test(name);
// Written in pieces, so that this file does not find itself.
const patterns = [
  [new RegExp(['registry', 'npmjs', 'org'].join('\\.')), 'an address of a package registry'],
  [new RegExp(['deb', 'debian', 'org'].join('\\.')), 'an address of a package registry'],
  [new RegExp('(^|["\'\\s=(:])/(' + 'work|root|home' + ')/[\\w.]'), 'a folder of one machine'],
];

export function check(files) {
  const problems = [];
  for (const file of files.filter((f) => isText(f.path))) {
    const { path: name, text } = file;
    const lock = /(^|\/)(package-lock|npm-shrinkwrap)\.json$/.test(name);
    if (lock && /"resolved"/.test(text)) problems.push(`${name}: "resolved": make it with omit-lockfile-registry-resolved`);
    for (const [pattern, what] of patterns) {
      const m = pattern.exec(text);
      if (m) problems.push(`${name}:${lineOf(text, m.index + 1)}: ${what}`);
    }
  }
  return problems;
}

export const bad = [
  { path: 'package-lock.json', text: '{"resolved": "x"}' },
  { path: 'a.md', text: `see https://${['registry', 'npmjs', 'org'].join('.')}/ws` },
  { path: 'b.c', text: `open("/${'work'}/main/x");` },
];
export const good = [{ path: 'a.md', text: 'the framework/home page; /workers/x' }];
