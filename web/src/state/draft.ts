/** A question being written: what survives a reload, a lost line and a restart of the server. Pure. */

export interface Draft {
  text: string;
  name: string;
  /** The item's number, or 0 for none. */
  item: number;
  /** By which it was sent and not yet answered; '' while it is only being written. */
  id: string;
}

export const TEXT_MAX = 1999;
export const NAME_MAX = 127;

export const emptyDraft: Draft = { text: '', name: '', item: 0, id: '' };

/** From what the browser kept; anything odd is as nothing. */
export function readDraft(kept: string | null): Draft {
  try {
    const json: unknown = JSON.parse(kept ?? '');
    if (typeof json !== 'object' || json === null) return emptyDraft;
    const { text, name, item, id } = json as Record<string, unknown>;
    if (typeof text !== 'string' || typeof name !== 'string' || typeof id !== 'string') return emptyDraft;
    return { text, name, item: typeof item === 'number' && Number.isSafeInteger(item) && item > 0 ? item : 0, id };
  } catch {
    return emptyDraft;
  }
}

/** The server counts bytes of UTF-8 (ş and ğ are two), so does this; and texts have no space around them. */
export function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text.trim()) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** What is said for it, or null where there is nothing to say. */
export function submission(draft: Draft): { text: string; name?: string; item?: number } | null {
  const text = draft.text.trim();
  if (text === '' || bytesOf(text) > TEXT_MAX) return null;
  const name = draft.name.trim();
  if (bytesOf(name) > NAME_MAX) return null;
  return { text, ...(name !== '' && { name }), ...(draft.item > 0 && { item: draft.item }) };
}
