/** HLS that the browser itself plays: on Apple's devices, and where there is nothing better. */

import type { Span } from '../../state/chase.js';
import { retryDelayMs } from '../../wire/backoff.js';
import { type Engine, type EngineOptions, hlsAddress, spansOf, unload } from './engine.js';

/** So many errors without a picture between them: it can't. */
const ERRORS_MAX = 6;
/** The edge as far as a live playlist lets one go. */
const EDGE_S = 1;

export class NativeEngine implements Engine {
  #options: EngineOptions;
  #errors = 0;
  #failedAt: number | null = null;
  #timer: number | undefined;
  #wanted: number | null;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#wanted = options.at;
  }

  start(): void {
    const { video } = this.#options;
    video.addEventListener('loadedmetadata', this.#loaded);
    video.addEventListener('playing', this.#playing);
    video.addEventListener('error', this.#failed);
    video.addEventListener('ended', this.#ended);
    this.#load();
  }

  stop(): void {
    const { video } = this.#options;
    window.clearTimeout(this.#timer);
    video.removeEventListener('loadedmetadata', this.#loaded);
    video.removeEventListener('playing', this.#playing);
    video.removeEventListener('error', this.#failed);
    video.removeEventListener('ended', this.#ended);
    unload(video);
  }

  mediaTime(): number | null {
    const origin = this.#origin();
    return origin === null ? null : origin + this.#options.video.currentTime;
  }

  behind(): number | null {
    if (this.#options.mode === 'recorded') return null;
    const last = spansOf(this.#options.video.seekable).pop();
    return last ? Math.max(0, last.end - this.#options.video.currentTime) : null;
  }

  span(): Span | null {
    const origin = this.#origin();
    const spans = origin === null ? [] : spansOf(this.#options.video.seekable, origin);
    const [first, last] = [spans[0], spans[spans.length - 1]];
    return first && last ? { start: first.start, end: last.end } : null;
  }

  seek(to: number): boolean {
    const span = this.span();
    const origin = this.#origin();
    if (span === null || origin === null || to < span.start - 1 || to > span.end + 1) return false;
    this.#options.video.currentTime = Math.min(Math.max(to, span.start), span.end - EDGE_S / 2) - origin;
    return true;
  }

  seekLive(): void {
    const last = spansOf(this.#options.video.seekable).pop();
    if (last) this.#options.video.currentTime = Math.max(last.start, last.end - EDGE_S);
  }

  follow(): void {}

  select(_quality: string, audioOnly: boolean): void {
    // Which rendition is the browser's to choose.
    if (audioOnly === this.#options.audioOnly) return;
    if (this.#options.mode === 'recorded') this.#wanted = this.mediaTime();
    this.#options = { ...this.#options, audioOnly };
    this.#load();
  }

  parked(): boolean {
    return false;
  }

  wake(): void {
    if (this.#failedAt !== null) this.#load();
  }

  stats(): Record<string, number | string> {
    return { transport: 'native', errors: this.#errors };
  }

  /**
   * Media time at the video's time zero: its date there, less the meeting's date at media time zero.
   * Without either (a recording of one stretch, say) the video's own time is the best there is.
   */
  #origin(): number | null {
    const { video } = this.#options;
    const meeting = this.#options.meeting();
    if (video.readyState === 0) return null;
    const { getStartDate } = video as HTMLVideoElement & { getStartDate?: () => Date };
    const startMs = getStartDate?.call(video).getTime() ?? Number.NaN;
    if (Number.isNaN(startMs) || !meeting || meeting.epochUtcUs === null) return 0;
    return (startMs - meeting.epochUtcUs / 1000) / 1000;
  }

  #load(): void {
    window.clearTimeout(this.#timer);
    this.#options.video.src = hlsAddress(this.#options);
    this.#options.video.load();
    this.#options.events.renewed();
  }

  #loaded = () => {
    if (this.#wanted === null) return;
    this.seek(this.#wanted);
    this.#wanted = null;
  };

  #playing = () => {
    this.#errors = 0;
    this.#failedAt = null;
    this.#options.events.connection(true);
  };

  #ended = () => this.#options.events.finished();

  #failed = () => {
    const now = performance.now();
    this.#failedAt ??= now;
    this.#errors++;
    const code = this.#options.video.error?.code;
    // A network's error is waited out; anything else is tried a few times.
    if (code !== MediaError.MEDIA_ERR_NETWORK && this.#errors > ERRORS_MAX) {
      return this.#options.events.failed();
    }
    this.#options.events.connection(false);
    if (this.#options.mode === 'recorded') this.#wanted ??= this.mediaTime();
    const delay = retryDelayMs(this.#errors - 1, now - this.#failedAt, Math.random());
    this.#timer = window.setTimeout(() => this.#load(), delay);
  };
}
