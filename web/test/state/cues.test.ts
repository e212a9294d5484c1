import { describe, expect, it } from 'vitest';
import { cuesCsv, cuesJson, cuesOf, cuesText, embedCode, timecode } from '../../src/state/cues.js';
import { begin } from '../../src/state/meeting.js';
import type { Changes } from '../../src/wire/events-text.js';

const state = begin(9, {
  people: [
    { seq: 1, last: 1, is: { name: 'Örnek Üye 1', group: 'Örnek Grup' } },
    { seq: 2, last: 2, is: { name: 'Örnek "Temsilci", 2', organisation: 'Örnek Dernek', group: 'yok' } },
  ],
  items: [{ seq: 3, last: 3, place: 1, state: 'open', is: { number: '1', title: '=Örnek, madde' } }],
  spans: [{ seq: 4, last: 4, item: 3, from_media_us: 5e6, over: false, corrected: false }],
  turns: [
    { seq: 7, last: 7, person: 2, item: 3, from_media_us: 3_725e6, over: false },
    { seq: 5, last: 5, person: 1, item: 3, from_media_us: 5e6, over: true },
    { seq: 8, last: 8, person: 1, over: false },
  ],
} as unknown as Changes);

describe('the cue sheet', () => {
  const cues = cuesOf(state);

  it('has items before who speaks on them, in order of time, and nobody who has not begun', () => {
    expect(cues.map((cue) => [cue.mediaUs, cue.speaker, cue.group])).toEqual([
      [5e6, '', ''],
      [5e6, 'Örnek Üye 1', 'Örnek Grup'],
      [3_725e6, 'Örnek "Temsilci", 2', 'Örnek Dernek'],
    ]);
    expect(cuesOf(begin(0, {}))).toEqual([]);
  });

  it('writes times that sort as text', () => {
    expect([-1, 0, 59_999_999, 3_725e6, 360_000e6].map(timecode)).toEqual(['00:00:00', '00:00:00', '00:00:59', '01:02:05', '100:00:00']);
  });

  it('is text', () => {
    expect(cuesText(cues).split('\n')[1]).toBe('00:00:05\t1 =Örnek, madde\tÖrnek Üye 1 (Örnek Grup)');
    expect(cuesText([])).toBe('');
  });

  it('is CSV that no spreadsheet takes for formulas', () => {
    const lines = cuesCsv(cues, 0).split('\r\n');
    expect(lines[0]).toBe('time,utc,number,item,speaker,group');
    expect(lines[1]).toBe('00:00:05,1970-01-01T00:00:05.000Z,1,"\'=Örnek, madde",,');
    expect(lines[3]).toContain('"Örnek ""Temsilci"", 2",Örnek Dernek');
    expect(cuesCsv(cues, null).split('\r\n')[1]).toMatch(/^00:00:05,,1,/);
  });

  it('is JSON', () => {
    const read = JSON.parse(cuesJson('demo', cues, null)) as { meeting: string; cues: unknown[] };
    expect(read.meeting).toBe('demo');
    expect(read.cues[2]).toMatchObject({ seconds: 3725, utc: null, speaker: 'Örnek "Temsilci", 2' });
  });
});

describe('the embed code', () => {
  it('holds a title that would end its attribute', () => {
    const code = embedCode('https://örnek/embed/demo?a=1&b=2', '"><script>&');
    expect(code).toContain('title="&quot;&gt;&lt;script&gt;&amp;"');
    expect(code).toContain('?a=1&amp;b=2"');
  });
});
