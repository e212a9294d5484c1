import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root,
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
      },
    },
  },
  test: { include: ['test/**/*.test.ts'] },
});
