/**
 * A MediaSource that is fed from the media socket. Its own time begins near zero: media time may be
 * days, and a browser's arithmetic on the position is better the smaller the numbers are.
 */

import type { Append, Media } from '../../state/feed.js';
import type { Span } from '../../state/chase.js';
import { spansOf, unload } from './engine.js';
import { TrackBuffer } from './track-buffer.js';

export interface LiveBufferEvents {
  appended(): void;
  broken(reason: string): void;
  /** The browser doesn't know the codec. */
  unsupported(codec: string): void;
}

/** Sound or picture that was announced and does not come holds up the other for so long. */
const MISSING_MS = 1_500;
/** Held at the most until the browser opens the source; at more, everything is begun anew. */
const HELD_MAX = 4_000;
/** Room before the first moment, for frames that come in decode order. */
const LEAD_S = 1;

type MediaSourceClass = typeof MediaSource;

export function mediaSourceClass(): MediaSourceClass | null {
  const all = window as { MediaSource?: MediaSourceClass; ManagedMediaSource?: MediaSourceClass };
  return all.MediaSource ?? all.ManagedMediaSource ?? null;
}

export class LiveBuffer {
  #video: HTMLVideoElement;
  #events: LiveBufferEvents;
  #source: MediaSource;
  #address: string;
  #expected = new Set<Media>();
  #held: Append[] = [];
  #tracks = new Map<Media, TrackBuffer>();
  #codecs = new Map<Media, string>();
  #origin: number | null = null;
  #timer: number | undefined;
  #ended = false;

  constructor(video: HTMLVideoElement, Source: MediaSourceClass, events: LiveBufferEvents) {
    this.#video = video;
    this.#events = events;
    this.#source = new Source();
    this.#source.addEventListener('sourceopen', this.#begin);
    // A ManagedMediaSource plays only where it can't be handed to a television.
    if (Source !== window.MediaSource) video.disableRemotePlayback = true;
    this.#address = URL.createObjectURL(this.#source);
    video.src = this.#address;
  }

  end(): void {
    this.#ended = true;
    window.clearTimeout(this.#timer);
    this.#source.removeEventListener('sourceopen', this.#begin);
    for (const track of this.#tracks.values()) track.end();
    this.#tracks.clear();
    this.#held = [];
    URL.revokeObjectURL(this.#address);
    unload(this.#video);
  }

  /** Media time at the buffer's time zero, seconds; null before anything came. */
  get origin(): number | null {
    return this.#origin;
  }

  /** In the buffer's time. */
  get ranges(): Span[] {
    return this.#tracks.size > 0 ? spansOf(this.#video.buffered) : [];
  }

  expect(media: Media[]): void {
    if (this.#tracks.size === 0) this.#expected = new Set(media);
  }

  push(appends: Append[]): void {
    if (this.#ended) return;
    if (this.#tracks.size === 0) {
      this.#held.push(...appends);
      if (this.#held.length > HELD_MAX) return this.#events.broken('never opened');
      this.#begin();
    } else {
      for (const append of appends) this.#append(append);
    }
  }

  trim(before: number): void {
    for (const track of this.#tracks.values()) track.trim(before);
  }

  /** Makes the buffers once all that was announced has come, or has kept everybody waiting. */
  #begin = (): void => {
    if (this.#ended || this.#tracks.size > 0 || this.#held.length === 0) return;
    const inits = new Map<Media, string>();
    for (const append of this.#held) if (append.kind === 'init') inits.set(append.media, append.codec);
    const complete = [...this.#expected].every((media) => inits.has(media));
    if (!complete && this.#timer === undefined) {
      this.#timer = window.setTimeout(() => {
        this.#expected = new Set(inits.keys());
        this.#begin();
      }, MISSING_MS);
    }
    if (!complete || this.#source.readyState !== 'open') return;
    this.#create(inits);
  };

  #create(inits: Map<Media, string>): void {
    let first = Infinity;
    for (const append of this.#held) if (append.kind === 'media') first = Math.min(first, append.timeUs);
    if (first === Infinity) return;
    this.#origin = first / 1e6 - LEAD_S;
    for (const [media, codec] of inits) {
      const type = mime(media, codec);
      if (!(this.#source.constructor as MediaSourceClass).isTypeSupported(type)) {
        return this.#events.unsupported(codec);
      }
      this.#codecs.set(media, codec);
      const buffer = this.#source.addSourceBuffer(type);
      buffer.timestampOffset = -this.#origin;
      const track = new TrackBuffer(buffer, () => this.#video.currentTime, this.#events);
      this.#tracks.set(media, track);
    }
    const held = this.#held;
    this.#held = [];
    for (const append of held) this.#append(append);
  }

  #append(append: Append): void {
    const track = this.#tracks.get(append.media);
    // Sound that comes after all: a browser takes no new buffer once it plays.
    if (track === undefined) return this.#events.broken(`${append.media} came late`);
    if (append.kind === 'init' && this.#codecs.get(append.media) !== append.codec) {
      const type = mime(append.media, append.codec);
      if (!(this.#source.constructor as MediaSourceClass).isTypeSupported(type)) {
        return this.#events.unsupported(append.codec);
      }
      track.retype(type);
      this.#codecs.set(append.media, append.codec);
    }
    track.append(append.bytes);
  }
}

function mime(media: Media, codec: string): string {
  return `${media}/mp4; codecs="${codec}"`;
}
