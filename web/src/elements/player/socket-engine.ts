/** The quickest way: fragments over the media socket into a MediaSource, close to the live edge. */

import { Chase, type ChaseOutput, rangeAt, type Span } from '../../state/chase.js';
import { Feed, type Media } from '../../state/feed.js';
import { Lateness } from '../../state/lateness.js';
import { Blocked } from '../../state/transport.js';
import { meeting } from '../../wire/api.js';
import type { Fragment } from '../../wire/binary.js';
import { MediaSocket } from '../../wire/media-socket.js';
import type { Hello } from '../../wire/text.js';
import { browserClock, browserFetch, browserSocket } from '../browser.js';
import { type Engine, type EngineOptions, mediaSocketUrl } from './engine.js';
import { LiveBuffer, mediaSourceClass } from './live-buffer.js';

const TICK_MS = 100;
/** Kept for looking back without asking the server. */
const BEHIND_KEPT_S = 60;
const TRIM_SLACK_S = 15;
/** A picture that stands still although there is something to show. */
const STUCK_MS = 6_000;
/** Made anew so often within a minute, something else is wrong. */
const RENEWALS_MAX = 4;
/** A browser that waits so soon after a jump waits for its decoder, not for the line. */
const JUMP_WAIT_MS = 500;
/** After a connection's first burst, silence of so long means that the burst is over. */
const BURST_GAP_MS = 150;
const EDGE_US = 250_000;
/** A paused player lets go of the line. */
const PARK_MS = 50_000;

export class SocketEngine implements Engine {
  #options: EngineOptions;
  #socket: MediaSocket;
  #feed = new Feed();
  #chase = new Chase();
  #lateness: Record<Media, Lateness> = { video: new Lateness(), audio: new Lateness() };
  #blocked = new Blocked();
  #buffer: LiveBuffer | null = null;
  #hello: Hello | null = null;
  #kinds = new Map<number, Media>();
  #helloAt = 0;
  #following = true;
  #waiting = false;
  #jumpedAt = -Infinity;
  #newestUs = -Infinity;
  #arrivedAt = 0;
  #captureOffsetUs = 0;
  #audioOnly: boolean;
  #timer: number | undefined;
  #last: ChaseOutput = { rate: 1, seek: null, target: 0, ahead: 0 };
  #stuck = { position: -1, since: 0 };
  #pausedAt: number | null = null;
  #renewals: number[] = [];

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#audioOnly = options.audioOnly;
    this.#socket = new MediaSocket({
      url: mediaSocketUrl(options.meetingId),
      clock: browserClock,
      open: browserSocket,
      report: () => ({
        videoSequence: this.#feed.newest.video,
        audioSequence: this.#feed.newest.audio,
        bufferedUs: this.#last.ahead * 1e6,
      }),
      events: {
        hello: (hello) => this.#greeted(hello),
        message: (message) => {
          if (message.type === 'rendition') options.events.rendition(message.rendition);
          if (message.type === 'state') options.events.onAir(message.live);
        },
        init: (init) => this.#feed.init(init),
        fragments: (fragments) => this.#arrived(fragments),
        lost: (greeted) => void this.#lost(greeted),
      },
    });
  }

  start(): void {
    const { video, quality } = this.#options;
    for (const name of ['waiting', 'playing', 'seeked', 'canplay', 'error']) {
      video.addEventListener(name, this.#heard);
    }
    this.#open();
    this.#socket.select(quality, !this.#audioOnly);
    this.#socket.open();
    this.#timer = window.setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    const { video } = this.#options;
    window.clearInterval(this.#timer);
    this.#socket.close();
    for (const name of ['waiting', 'playing', 'seeked', 'canplay', 'error']) {
      video.removeEventListener(name, this.#heard);
    }
    this.#buffer?.end();
    this.#buffer = null;
    video.playbackRate = 1;
  }

  mediaTime(): number | null {
    const origin = this.#buffer?.origin ?? null;
    return origin === null ? null : origin + this.#options.video.currentTime;
  }

  behind(): number | null {
    const shown = this.mediaTime();
    if (shown === null || this.#hello === null) return null;
    const now = this.#hello.mediaTimeUs / 1e6 + (performance.now() - this.#helloAt) / 1000;
    return Math.max(0, now - shown);
  }

  span(): Span | null {
    const origin = this.#buffer?.origin ?? null;
    const ranges = this.#buffer?.ranges ?? [];
    const first = ranges[0];
    const last = ranges[ranges.length - 1];
    if (origin === null || !first || !last) return null;
    return { start: first.start + origin, end: last.end + origin };
  }

  seek(to: number): boolean {
    const origin = this.#buffer?.origin ?? null;
    if (origin === null) return false;
    if (rangeAt(this.#buffer?.ranges ?? [], to - origin) === null) return false;
    // At once: the next look at the buffer would chase the live edge again.
    this.#following = false;
    this.#options.video.currentTime = to - origin;
    return true;
  }

  seekLive(): void {
    this.#following = true;
    this.#chase.begin();
    if (this.#pausedAt !== null) this.#unpark();
    this.#tick();
  }

  follow(following: boolean): void {
    this.#following = following;
  }

  select(quality: string, audioOnly: boolean): void {
    this.#socket.select(quality, !audioOnly);
    if (audioOnly === this.#audioOnly) return;
    // A buffer without pictures, or with them, is another buffer.
    this.#audioOnly = audioOnly;
    this.#renew();
  }

  parked(): boolean {
    return this.#pausedAt !== null && performance.now() - this.#pausedAt > PARK_MS;
  }

  wake(): void {
    this.#socket.wake();
  }

  stats(): Record<string, number | string> {
    return {
      transport: 'socket',
      target: this.#last.target,
      ahead: this.#last.ahead,
      rate: this.#options.video.playbackRate,
      stalls: this.#chase.stalls,
      lateness: this.#latenessMs(performance.now()) / 1000,
      renewals: this.#renewals.length,
      capturedUtcUs: Math.round((this.mediaTime() ?? 0) * 1e6 + this.#captureOffsetUs),
    };
  }

  #open(): void {
    const Source = mediaSourceClass();
    if (Source === null) return this.#options.events.failed();
    this.#buffer = new LiveBuffer(this.#options.video, Source, {
      appended: () => {
        if (this.#last.ahead === 0 || this.#last.rate === 0) this.#tick();
      },
      broken: () => this.#renew(),
      unsupported: () => this.#options.events.failed(),
    });
    if (this.#hello) this.#expect(this.#hello);
  }

  /** Everything again from the newest keyframe: after an error, or for another set of tracks. */
  #renew(): void {
    const now = performance.now();
    this.#renewals = [...this.#renewals.filter((at) => now - at < 60_000), now];
    if (this.#renewals.length > RENEWALS_MAX) return this.#options.events.failed();
    this.#buffer?.end();
    this.#feed.reset();
    this.#chase.begin();
    this.#newestUs = -Infinity;
    this.#waiting = false;
    this.#open();
    this.#socket.restart();
    this.#options.events.renewed();
  }

  #greeted(hello: Hello): void {
    const { events } = this.#options;
    this.#blocked.greeted();
    // Time that runs backwards: the server has begun a new meeting under the same name.
    const anew = hello.mediaTimeUs < this.#newestUs - 2_000_000;
    this.#hello = hello;
    this.#kinds = new Map(hello.tracks.map(({ id, kind }) => [id, kind]));
    this.#helloAt = performance.now();
    for (const lateness of Object.values(this.#lateness)) lateness.begin(hello.mediaTimeUs);
    this.#feed.hello(hello.tracks);
    if (anew) return this.#renew();
    this.#expect(hello);
    events.connection(true);
    events.qualities(
      hello.tracks
        .filter((track) => track.kind === 'video')
        .map(({ name, bitrateBps }) => ({ name, bitrateBps })),
    );
    events.rendition(hello.rendition);
    events.onAir(hello.live);
  }

  #expect(hello: Hello): void {
    const kinds = new Set<Media>(hello.tracks.map((track) => track.kind));
    if (this.#audioOnly) kinds.delete('video');
    this.#buffer?.expect([...kinds]);
  }

  #arrived(fragments: Fragment[]): void {
    const now = performance.now();
    this.#arrivedAt = now;
    const newest = fragments.reduce((most, fragment) => Math.max(most, fragment.timeUs), -Infinity);
    this.#newestUs = Math.max(this.#newestUs, newest);
    this.#noteLateness(now, fragments);
    const last = fragments[fragments.length - 1];
    if (last) this.#captureOffsetUs = last.captureUtcUs - last.timeUs;
    this.#sample(now);
    this.#buffer?.push(this.#feed.fragments(fragments));
    // The approach ends to a few milliseconds: faster than life, the sound needs more in hand.
    if (this.#last.rate > 1) this.#tick();
  }

  /** Each by its own quickest: the end of a message's sound and the end of its picture vary apart. */
  #noteLateness(now: number, fragments: Fragment[]): void {
    for (const media of ['video', 'audio'] as const) {
      const ends = fragments
        .filter(({ track }) => this.#kinds.get(track) === media)
        .map(({ timeUs, durationUs }) => timeUs + durationUs);
      if (ends.length > 0) this.#lateness[media].arrived(now, Math.max(...ends));
    }
  }

  #latenessMs(now: number): number {
    return Math.max(this.#lateness.video.peakMs(now), this.#lateness.audio.peakMs(now));
  }

  #sample(now: number): void {
    const { currentTime, paused } = this.#options.video;
    const here = rangeAt(this.#buffer?.ranges ?? [], currentTime);
    if (here !== null && !paused) this.#chase.sample(now, here.end);
  }

  async #lost(greeted: boolean): Promise<void> {
    const { events, meetingId } = this.#options;
    events.connection(false);
    this.#chase.lost(performance.now());
    if (greeted) return;
    if (this.#options.meeting() !== null) this.#blocked.reached();
    const result = await meeting(browserFetch, meetingId);
    if (this.#blocked.failed(result.ok)) events.failed();
  }

  #heard = (event: Event): void => {
    const { video } = this.#options;
    if (event.type === 'error') return this.#renew();
    const jumped = video.seeking || performance.now() - this.#jumpedAt < JUMP_WAIT_MS;
    this.#waiting = event.type === 'waiting' && !jumped;
    if (this.#waiting || event.type === 'seeked') this.#tick();
  };

  #tick(): void {
    const { video } = this.#options;
    const buffer = this.#buffer;
    if (buffer === null) return;
    const now = performance.now();
    this.#park(now);
    const burstOver = now - this.#arrivedAt > BURST_GAP_MS;
    const edgeUs = (this.#hello?.mediaTimeUs ?? Infinity) - EDGE_US;
    if (video.seeking) return;
    this.#last = this.#chase.tick({
      nowMs: now,
      position: video.currentTime,
      ranges: buffer.ranges,
      painted: video.readyState >= video.HAVE_CURRENT_DATA,
      waiting: this.#waiting && video.readyState < video.HAVE_FUTURE_DATA,
      following: this.#following && !(video.paused && this.#last.ahead > 0),
      atEdge: this.#newestUs >= edgeUs || burstOver,
      connected: this.#socket.connected,
      latenessMs: this.#latenessMs(now),
    });
    if (this.#last.seek !== null) {
      video.currentTime = this.#last.seek;
      this.#jumpedAt = now;
    }
    if (video.playbackRate !== this.#last.rate) video.playbackRate = this.#last.rate;
    this.#watch(now);
    const keep = video.currentTime - BEHIND_KEPT_S;
    const first = buffer.ranges[0];
    if (first && first.start < keep - TRIM_SLACK_S) buffer.trim(keep);
  }

  /** Something to show, and yet the picture stands still: made anew rather than explained. */
  #watch(now: number): void {
    const { video } = this.#options;
    const moved = video.currentTime !== this.#stuck.position;
    const idle = video.paused || !this.#socket.connected || !this.#hello?.live || document.hidden;
    if (moved || idle || now - this.#arrivedAt > 2_000) {
      this.#stuck = { position: video.currentTime, since: now };
    } else if (now - this.#stuck.since > STUCK_MS) {
      this.#stuck = { position: -1, since: now };
      this.#renew();
    }
  }

  #park(now: number): void {
    if (!this.#options.video.paused) {
      if (this.#pausedAt !== null) this.#unpark();
      return;
    }
    this.#pausedAt ??= now;
    if (this.parked()) this.#socket.close();
  }

  #unpark(): void {
    this.#pausedAt = null;
    this.#socket.open();
  }
}
