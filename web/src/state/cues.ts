/** The cue sheet: when which item was taken up and who spoke, for whoever cuts the recording. Pure. */

import type { MeetingState } from './meeting.js';
import { itemOf, personOf } from './sitting.js';

export interface Cue {
  /** Media time, µs: where it is in the recording. */
  mediaUs: number;
  /** The item's number and title; '' where none was being discussed. */
  number: string;
  item: string;
  /** Who begins to speak; '' where the item itself begins. */
  speaker: string;
  /** Whom the speaker speaks for; '' where that isn't said. */
  group: string;
}

/** Oldest first; an item before its first speaker. */
export function cuesOf(state: MeetingState): Cue[] {
  const cues: Cue[] = [];
  for (const span of state.spans) cues.push({ mediaUs: span.from_media_us, ...titled(state, span.item), speaker: '', group: '' });
  for (const turn of state.turns) {
    if (turn.from_media_us === undefined) continue;
    const person = personOf(state, turn.person)?.is;
    cues.push({
      mediaUs: turn.from_media_us,
      ...titled(state, turn.item),
      speaker: person?.name ?? '—',
      group: person?.organisation || person?.group || '',
    });
  }
  return cues.sort((a, b) => a.mediaUs - b.mediaUs || Number(a.speaker !== '') - Number(b.speaker !== ''));
}

function titled(state: MeetingState, seq: number | undefined): { number: string; item: string } {
  const item = itemOf(state, seq)?.is;
  return { number: item?.number ?? '', item: item?.title ?? '' };
}

/** "1:02:05" into the recording, from its hours on, so that lines sort as they are. */
export function timecode(mediaUs: number): string {
  const seconds = Math.max(0, Math.floor(mediaUs / 1e6));
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
}

export function cuesText(cues: readonly Cue[]): string {
  return cues
    .map(({ mediaUs, number, item, speaker, group }) => {
      const what = [number, item].filter(Boolean).join(' ');
      const who = group === '' ? speaker : `${speaker} (${group})`;
      return `${[timecode(mediaUs), what, who].filter(Boolean).join('\t')}\n`;
    })
    .join('');
}

/** RFC 4180, with a header. `toUtcUs`: what is added to media time for UTC; null: not known. */
export function cuesCsv(cues: readonly Cue[], toUtcUs: number | null): string {
  const rows = cues.map((cue) => [timecode(cue.mediaUs), utc(cue.mediaUs, toUtcUs) ?? '', cue.number, cue.item, cue.speaker, cue.group]);
  return [['time', 'utc', 'number', 'item', 'speaker', 'group'], ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

export function cuesJson(meeting: string, cues: readonly Cue[], toUtcUs: number | null): string {
  const list = cues.map(({ mediaUs, number, item, speaker, group }) => ({
    seconds: mediaUs / 1e6,
    utc: utc(mediaUs, toUtcUs),
    number,
    item,
    speaker,
    group,
  }));
  return `${JSON.stringify({ meeting, cues: list }, null, 2)}\n`;
}

function utc(mediaUs: number, toUtcUs: number | null): string | null {
  return toUtcUs === null ? null : new Date((mediaUs + toUtcUs) / 1000).toISOString();
}

/** A title that begins like a formula would be reckoned by a spreadsheet: it is shown as text instead. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** An <iframe> to be pasted into another page. */
export function embedCode(address: string, title: string): string {
  const escaped = (text: string) =>
    text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return `<iframe src="${escaped(address)}" title="${escaped(title)}" width="640" height="440" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>`;
}
