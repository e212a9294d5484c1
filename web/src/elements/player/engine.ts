/** What the three ways to play have in common: each drives one <video>. */

import type { Meeting } from '../../wire/api.js';
import type { Quality } from '../../state/player.js';
import type { Mode } from '../../state/transport.js';
import type { Span } from '../../state/chase.js';

export interface EngineEvents {
  qualities(qualities: Quality[]): void;
  rendition(name: string): void;
  onAir(live: boolean): void;
  connection(connected: boolean): void;
  /** Its source was made anew: `play()` must be asked again. */
  renewed(): void;
  /** This way does not work here. */
  failed(): void;
  finished(): void;
}

export interface EngineOptions {
  video: HTMLVideoElement;
  meetingId: string;
  /** As far as it is known by now. */
  meeting(): Meeting | null;
  mode: Mode;
  /** Media time in seconds; null: the edge, or the recording's beginning. */
  at: number | null;
  quality: string;
  audioOnly: boolean;
  events: EngineEvents;
}

/** All times are media time in seconds. */
export interface Engine {
  start(): void;
  /** Leaves the video without a source. */
  stop(): void;
  /** Of the picture shown. */
  mediaTime(): number | null;
  /** Seconds behind what is on air now; null where nobody knows. */
  behind(): number | null;
  /** What can be jumped to. */
  span(): Span | null;
  /** Returns whether it holds that moment. */
  seek(to: number): boolean;
  seekLive(): void;
  follow(following: boolean): void;
  select(quality: string, audioOnly: boolean): void;
  /** It let go of the line while paused: what comes next does not follow what is shown. */
  parked(): boolean;
  /** Network back, page seen again. */
  wake(): void;
  stats(): Record<string, number | string>;
}

export function spansOf(ranges: TimeRanges, offset = 0): Span[] {
  const spans: Span[] = [];
  for (let i = 0; i < ranges.length; i++) {
    spans.push({ start: ranges.start(i) + offset, end: ranges.end(i) + offset });
  }
  return spans;
}

export function unload(video: HTMLVideoElement): void {
  video.pause();
  video.removeAttribute('src');
  video.load();
}

export function hlsAddress(options: Pick<EngineOptions, 'meetingId' | 'meeting' | 'mode' | 'audioOnly'>): string {
  const folder = `/hls/${options.meetingId}`;
  const playlist = options.audioOnly ? `${folder}/${options.meeting()?.soundAlone ?? 'audio'}/index.m3u8` : `${folder}/master.m3u8`;
  return options.mode === 'recorded' && options.meeting()?.state !== 'ended' ? `${playlist}?dvr` : playlist;
}

/** Without its query. */
export function mediaSocketUrl(meetingId: string): string {
  const { protocol, host } = location;
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ws/${meetingId}/media`;
}
