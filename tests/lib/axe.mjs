// What axe finds on a page. The page is opened with `bypassCSP`: its own policy lets no foreign script in.
import { readFileSync } from 'node:fs';

export const axe = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

export async function violations(page) {
  const found = await page.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
}
