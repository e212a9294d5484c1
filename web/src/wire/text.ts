/** The text messages of the media socket (docs/protocol.md). Pure. */

import { WireError } from './binary.js';
import { flag, list, number, object, text } from './json.js';

export interface TrackInfo {
  id: number;
  kind: 'video' | 'audio';
  name: string;
  bitrateBps: number;
}

export interface Hello {
  type: 'hello';
  meeting: string;
  live: boolean;
  serverUtcUs: number;
  mediaTimeUs: number;
  tracks: TrackInfo[];
  /** Empty: sound alone. */
  rendition: string;
}

export type TextMessage =
  | Hello
  | { type: 'rendition'; rendition: string; reason: string }
  | { type: 'skip'; fromUs: number; toUs: number }
  | { type: 'state'; live: boolean };

export const PROTOCOL = 'meclis.media.v1';
const TRACKS_MAX = 64;

/** Returns null for a type of a later version, which is to be ignored. */
export function parseText(source: string): TextMessage | null {
  let json;
  try {
    json = object(JSON.parse(source), 'message');
  } catch (error) {
    throw error instanceof WireError ? error : new WireError('message is no JSON');
  }
  switch (json['type']) {
    case 'hello':
      return {
        type: 'hello',
        meeting: text(json, 'meeting'),
        live: flag(json, 'live'),
        serverUtcUs: number(json, 'server_utc_us'),
        mediaTimeUs: number(json, 'media_time_us'),
        tracks: parseTracks(json['tracks']),
        rendition: text(json, 'rendition'),
      };
    case 'rendition':
      return { type: 'rendition', rendition: text(json, 'rendition'), reason: text(json, 'reason', '') };
    case 'skip':
      return { type: 'skip', fromUs: number(json, 'from_us'), toUs: number(json, 'to_us') };
    case 'state':
      return { type: 'state', live: flag(json, 'live') };
    default:
      return null;
  }
}

function parseTracks(value: unknown): TrackInfo[] {
  const tracks: TrackInfo[] = [];
  for (const item of list(value, 'tracks', TRACKS_MAX)) {
    const track = object(item, 'track');
    const kind = text(track, 'kind');
    // A kind of a later version (captions, say) is not ours to play.
    if (kind !== 'video' && kind !== 'audio') continue;
    tracks.push({
      id: number(track, 'id'),
      kind,
      name: text(track, 'name'),
      bitrateBps: number(track, 'bitrate_bps', 0),
    });
  }
  return tracks;
}

export interface Report {
  videoSequence: number;
  audioSequence: number;
  bufferedUs: number;
}

export function reportMessage(report: Report): string {
  return JSON.stringify({
    type: 'report',
    video_sequence: report.videoSequence,
    audio_sequence: report.audioSequence,
    buffered_us: Math.max(0, Math.round(report.bufferedUs)),
  });
}

/** `rendition`: a name or "auto". */
export function selectMessage(rendition: string, video: boolean): string {
  return JSON.stringify({ type: 'select', rendition, video });
}
