/** What is built: its size, and that a strict Content-Security-Policy lets it through. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PAGES = ['index.html', 'm.html', 'embed.html', 'desk.html', 'speak.html', 'hall.html', 'press.html'];
const BUDGET_BYTES = 120 * 1024;

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meclis-web-'));
  await build({
    configFile: new URL('../../vite.config.ts', import.meta.url).pathname,
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

/** Every file that the page loads by itself: what it links, and what those import. */
function loads(page: string): Set<string> {
  const found = new Set<string>();
  const waiting = [...read(page).matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((hit) => hit[1]);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    if (!path.endsWith('.js')) continue;
    const source = read(path);
    for (const hit of source.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) waiting.push(`assets/${hit[1]}`);
  }
  return found;
}

describe.each(PAGES)('%s', (page) => {
  it('loads at most 120 KB of script and style, gzipped', () => {
    const files = [...loads(page)];
    expect(files.some((path) => path.endsWith('.js'))).toBe(true);
    expect(files.some((path) => path.endsWith('.css'))).toBe(true);
    const bytes = files.reduce((sum, path) => sum + gzipSync(read(path)).byteLength, 0);
    expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES);
  });

  it('loads hls.js only when needed', () => {
    for (const path of loads(page)) expect(read(path)).not.toContain('EXT-X-PART-INF');
  });

  it('holds no script, style or handler of its own, and nothing from elsewhere', () => {
    const source = read(page);
    expect(source).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
    expect([...source.matchAll(/<script(?![^>]*\ssrc=)/g)]).toEqual([]);
    expect(source).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  it('says something useful before its script runs', () => {
    const said = read(page)
      .replace(/<head>.*<\/head>/s, '')
      .replace(/<[^>]+>/g, ' ');
    expect(said).toContain('JavaScript');
    expect(said.replace(/\s+/g, ' ').trim().length).toBeGreaterThan(60);
  });
});

it('names every file by its content', () => {
  for (const name of readdirSync(join(folder, 'assets'))) expect(name).toMatch(/-[\w-]{8}\.\w+$/);
});

it('has no evaluated text in its scripts but hls.js', () => {
  for (const page of PAGES) {
    for (const path of loads(page)) expect(read(path)).not.toMatch(/\beval\(|new Function\(/);
  }
});
