/**
 * From the media socket's messages to what is appended to the buffers: drops what came before, waits
 * for a keyframe where the picture was cut, puts each init before the first fragment that needs it.
 * Pure.
 */

import type { Fragment, Init } from '../wire/binary.js';
import type { TrackInfo } from '../wire/text.js';
import { decodeSpan, stretchBack } from './stretch.js';

export type Media = 'video' | 'audio';

export type Append =
  | { kind: 'init'; media: Media; codec: string; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'media'; media: Media; bytes: Uint8Array<ArrayBuffer>; timeUs: number; durationUs: number };

/** Inits kept for each track: the one in use, and those that a switch back may need. */
const INITS_KEPT = 4;
/** A hole in the picture up to this is covered by the frame after it, so that speech goes on. */
const STRETCH_MAX_US = 10_000_000;
/** Up to this without asking whether the sound goes on: it may come a little after the picture. */
const STRETCH_UNASKED_US = 500_000;
/** Less is rounding. */
const HOLE_LEAST_US = 10_000;
/** Sound that begins further on than this is not the same run. */
const RUN_GAP_US = 100_000;

interface MediaState {
  /** What the buffer decodes with now. */
  init: Init | null;
  track: number;
  /** Until a keyframe comes. */
  waiting: boolean;
  /** Media time of what is appended without a hole before its end; null: nothing is. */
  run: { startUs: number; endUs: number } | null;
  /** Where the last frame's decoding ends, µs of media time: what a browser measures holes by. */
  decodedUs: number | null;
}

export class Feed {
  #kinds = new Map<number, Media>();
  #inits = new Map<number, Map<number, Init>>();
  #sequences = new Map<number, number>();
  #media: Record<Media, MediaState> = { video: fresh(), audio: fresh() };
  #newest: Record<Media, number> = { video: 0, audio: 0 };

  /** Every connection begins with one; what was appended stays known. */
  hello(tracks: TrackInfo[]): void {
    this.#kinds = new Map(tracks.map((track) => [track.id, track.kind]));
    // Numbers may begin anew with the server, so it sends its inits again.
    this.#inits.clear();
  }

  /** The buffers were made anew: everything is needed again. */
  reset(): void {
    this.#sequences.clear();
    this.#media = { video: fresh(), audio: fresh() };
  }

  /** Newest sequence received of either, for the report. */
  get newest(): Readonly<Record<Media, number>> {
    return this.#newest;
  }

  init(init: Init): void {
    if (!this.#kinds.has(init.track)) return;
    let known = this.#inits.get(init.track);
    if (known === undefined) this.#inits.set(init.track, (known = new Map()));
    known.delete(init.number);
    known.set(init.number, init);
    const oldest = known.keys().next().value;
    if (known.size > INITS_KEPT && oldest !== undefined) known.delete(oldest);
  }

  /** Of one message, in the order in which they are to be appended. */
  fragments(fragments: Fragment[]): Append[] {
    // Sound first: whether it covers a hole in the picture is asked by the picture.
    const ordered = [...fragments].sort((a, b) => this.#order(a) - this.#order(b));
    return ordered.flatMap((fragment) => this.#fragment(fragment));
  }

  #order(fragment: Fragment): number {
    return this.#kinds.get(fragment.track) === 'audio' ? 0 : 1;
  }

  #fragment(fragment: Fragment): Append[] {
    const media = this.#kinds.get(fragment.track);
    const init = this.#inits.get(fragment.track)?.get(fragment.init);
    if (media === undefined || init === undefined) return [];
    const last = this.#sequences.get(fragment.track);
    if (last !== undefined && fragment.sequence <= last) return [];
    this.#sequences.set(fragment.track, fragment.sequence);
    this.#newest[media] = fragment.sequence;

    const state = this.#media[media];
    // An init appended again would make the buffer wait for a keyframe: only where it says otherwise.
    const renew = state.init === null || !same(state.init, init);
    const continued = last !== undefined && fragment.sequence === last + 1;
    if (renew || !continued || state.track !== fragment.track) state.waiting = media === 'video';
    if (fragment.keyframe) state.waiting = false;
    if (state.waiting) return [];

    const appends: Append[] = [];
    if (renew) appends.push({ kind: 'init', media, codec: init.codec, bytes: init.bytes });
    state.init = init;
    state.track = fragment.track;
    const append = this.#cover(media, fragment, init);
    appends.push(append);
    state.run = extend(state.run, append.timeUs, append.timeUs + append.durationUs);
    return appends;
  }

  /**
   * A frame after a hole in the picture is shown from the hole's beginning. A browser would stop at
   * the hole, and drop what follows it up to the next keyframe.
   */
  #cover(media: Media, fragment: Fragment, init: Init): Append & { kind: 'media' } {
    const { bytes, timeUs, durationUs } = fragment;
    const plain: Append & { kind: 'media' } = { kind: 'media', media, bytes, timeUs, durationUs };
    if (media !== 'video') return plain;
    const state = this.#media.video;
    const span = decodeSpan(bytes);
    if (span === null) return plain;
    const beforeUs = state.decodedUs;
    const atUs = (span.at / init.timescale) * 1e6;
    state.decodedUs = atUs + (span.duration / init.timescale) * 1e6;
    const holeUs = beforeUs === null ? 0 : atUs - beforeUs;
    if (holeUs < HOLE_LEAST_US || holeUs > STRETCH_MAX_US) return plain;
    if (holeUs > STRETCH_UNASKED_US && !this.#soundCovers(state.run)) return plain;
    const longer = stretchBack(bytes, Math.round((holeUs / 1e6) * init.timescale));
    if (longer === null) return plain;
    return { ...plain, bytes: longer, timeUs: timeUs - holeUs, durationUs: durationUs + holeUs };
  }

  /** Where the sound has the same hole it is a hole of the broadcast, and is jumped over. */
  #soundCovers(picture: MediaState['run']): boolean {
    const sound = this.#media.audio.run;
    if (sound === null || picture === null) return false;
    return sound.startUs <= picture.endUs && sound.endUs > picture.endUs + RUN_GAP_US;
  }
}

function fresh(): MediaState {
  return { init: null, track: 0, waiting: true, run: null, decodedUs: null };
}

function same(a: Init, b: Init): boolean {
  if (a === b) return true;
  if (a.codec !== b.codec || a.bytes.length !== b.bytes.length) return false;
  return a.bytes.every((byte, at) => byte === b.bytes[at]);
}

function extend(run: MediaState['run'], startUs: number, endUs: number): MediaState['run'] {
  // Frames come in decode order: one may begin before the one that came before it.
  if (run === null || startUs - run.endUs > RUN_GAP_US) return { startUs, endUs };
  return { startUs: run.startUs, endUs: Math.max(run.endUs, endUs) };
}
