import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

/**
 * `<!-- part: NAME -->` in a page is parts/NAME.html: what all pages begin with is written once, and is
 * plain markup before Vite reads it, so that the Content-Security-Policy holds and no script is needed.
 */
function parts(): Plugin {
  const part = (name: string) => readFileSync(resolve(root, 'parts', `${name}.html`), 'utf8').trimEnd();
  return {
    name: 'parts',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) => html.replace(/<!-- part: ([a-z-]+) -->/g, (_, name: string) => part(name)),
    },
  };
}

export default defineConfig({
  root,
  plugins: [parts()],
  build: {
    // Phones of 2020: no top-level await, no class static blocks.
    target: ['es2020', 'chrome87', 'firefox78', 'safari14'],
    // Nothing inlined: the pages' Content-Security-Policy allows files alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // hls.js alone is larger than the default, and is loaded only when needed.
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      input: {
        index: resolve(root, 'index.html'),
        m: resolve(root, 'm.html'),
        embed: resolve(root, 'embed.html'),
        desk: resolve(root, 'desk.html'),
        speak: resolve(root, 'speak.html'),
        hall: resolve(root, 'hall.html'),
        press: resolve(root, 'press.html'),
        admin: resolve(root, 'admin.html'),
        archive: resolve(root, 'archive.html'),
      },
    },
  },
  test: { include: ['test/**/*.test.ts'] },
});
