/** An agenda as people have it: typed line by line, or copied out of a table. Pure. */

export interface TypedItem {
  number: string;
  title: string;
}

const HEADING = /^(no|numara|sıra|sira|number|#|madde|başlık|baslik|konu|title|item)\.?$/i;
/** "4. Başlık", "4) Başlık", "2026/41 - Başlık" */
const NUMBERED = /^\s*(\d{1,4}(?:\/\d{1,6})?)\s*(?:[.):\u2013-]|\s-)\s*(\S.*)$/;

function cells(line: string): string[] {
  return (line.includes('\t') ? line.split('\t') : [line]).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1').replaceAll('""', '"'));
}

/** Numbers that are not given go on from the largest that is there. */
export function readAgenda(text: string, taken: readonly string[] = []): TypedItem[] {
  const items: TypedItem[] = [];
  const used = new Set(taken);
  let next = 1 + Math.max(0, ...taken.filter((n) => /^\d+$/.test(n)).map(Number));
  for (const line of text.split(/\r\n|\r|\n/)) {
    const parts = cells(line).filter((cell) => cell !== '');
    if (parts.every((cell) => HEADING.test(cell))) continue;
    let number = '';
    let title = parts.join(' ');
    const first = parts[0] ?? '';
    if (parts.length > 1 && first.length <= 12 && /\d/.test(first)) {
      number = first.replace(/[.)]$/, '');
      title = parts[1] ?? '';
    } else {
      const found = NUMBERED.exec(title);
      if (found) [, number = '', title = ''] = found;
    }
    if (number === '' || used.has(number)) {
      while (used.has(String(next))) next++;
      number = String(next);
    }
    used.add(number);
    items.push({ number, title });
  }
  return items;
}

const FOLDED: Record<string, string> = { ç: 'c', ğ: 'g', ı: 'i', i: 'i', ö: 'o', ş: 's', ü: 'u', â: 'a', î: 'i', û: 'u' };

/** A meeting's name in addresses: "Aralık ayı, 1. birleşim" of 2026-12-01 → "aralik-ayi-1-birlesim-2026-12-01". */
export function addressName(title: string, date: string): string {
  const plain = [...title.toLocaleLowerCase('tr').normalize('NFC')].map((letter) => FOLDED[letter] ?? letter).join('');
  const words = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40).replace(/-+$/, '');
  return [words === '' ? 'toplanti' : words, date].filter((part) => part !== '').join('-');
}

/** "…-2", "…-3": another one of the same name. */
export function another(id: string): string {
  const found = /^(.*)--(\d{1,3})$/.exec(id);
  return found ? `${found[1]}--${Number(found[2]) + 1}` : `${id}--2`;
}
