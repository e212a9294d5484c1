/** What every panel of the viewer's page is given: the meeting as of this viewer's own picture. */

import type { MeetingState } from '../../state/meeting.js';
import type { MeclisPlayer } from '../player/player.js';
import type { MeetingLine } from '../line.js';
import { isLanguage } from '../../text/index.js';
import { meetingTexts, type MeetingTexts } from '../../text/meeting.js';

export interface View {
  line: MeetingLine;
  player: MeclisPlayer;
  state: MeetingState;
  /** When the picture was taken, µs of media time. */
  mediaUs: number;
  /** Where in the recording, in seconds, that media time (µs) is seen. */
  seen(us: number): number;
  /** Long before anybody here listened: the queue of then is not known. */
  past: boolean;
  /** The line is away, and the picture is later than what it last said: nothing here is news. */
  stale: boolean;
  /** Of the meeting's own texts. */
  language: string;
}

export function meetingWords(): MeetingTexts {
  const { lang } = document.documentElement;
  return meetingTexts[isLanguage(lang) ? lang : 'tr'];
}

/** In the reader's language and own time. */
export function timeOfDay(utcUs: number): string {
  return new Intl.DateTimeFormat(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' }).format(utcUs / 1000);
}

export function dayAndTime(utcUs: number): string {
  return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'full', timeStyle: 'short' }).format(utcUs / 1000);
}

/** 0.75 → "%75" in Turkish, "75%" in English. */
export function percent(share: number): string {
  return new Intl.NumberFormat(document.documentElement.lang, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}
