/** The desk's keys, alike in both languages so that hands keep them. Pure. */

export type DeskKey =
  | 'help'
  | 'next'
  | 'grant'
  | 'clock'
  | 'minute'
  | 'warn'
  | 'end'
  | 'approve'
  | 'put'
  | 'questions'
  | 'rollcall'
  | 'vote'
  | 'notices'
  | 'pause';

export const KEYS: ReadonlyArray<{ key: string; does: DeskKey }> = [
  { key: 'N', does: 'next' },
  { key: 'S', does: 'grant' },
  { key: 'D', does: 'clock' },
  { key: '+', does: 'minute' },
  { key: 'U', does: 'warn' },
  { key: 'B', does: 'end' },
  { key: 'O', does: 'approve' },
  { key: 'P', does: 'put' },
  { key: 'A', does: 'pause' },
  { key: '1', does: 'questions' },
  { key: '2', does: 'rollcall' },
  { key: '3', does: 'vote' },
  { key: '4', does: 'notices' },
  { key: '?', does: 'help' },
];

/** `typing`: in a field or an open dialog, where letters are letters. `enabled`: the desk's own switch. */
export function deskKey(
  pressed: { key: string; ctrlKey: boolean; altKey: boolean; metaKey: boolean; repeat: boolean },
  typing: boolean,
  enabled: boolean,
): DeskKey | null {
  if (typing || pressed.ctrlKey || pressed.altKey || pressed.metaKey || pressed.repeat) return null;
  // Not by the locale: "I" and "i" are two letters in Turkish, and no key here is one of them.
  const key = pressed.key.toUpperCase();
  const found = KEYS.find((one) => one.key === key)?.does ?? null;
  return enabled || found === 'help' ? found : null;
}
