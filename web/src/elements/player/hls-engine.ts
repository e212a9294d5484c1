/** HLS by hls.js, which is loaded only here: where WebSockets are blocked, and for what is recorded. */

import type Hls from 'hls.js';
import type {
  ErrorData,
  FragmentLoaderContext,
  HlsConfig,
  Loader,
  LoaderContext,
} from 'hls.js';
import type { Span } from '../../state/chase.js';
import { beginWatch, watch } from '../../state/watchdog.js';
import { retryDelayMs } from '../../wire/backoff.js';
import { type Engine, type EngineOptions, hlsAddress, spansOf, unload } from './engine.js';

const BEHIND_KEPT_S = 60;
/** Media errors mended within a minute, before it is taken for hopeless. */
const REPAIRS_MAX = 3;
/** The beginning: exactly zero, hls.js takes for nothing said in the playlist of the sound. */
const FIRST_S = 0.05;
/** A first guess of the position that is off by less than this stays. */
const GUESS_S = 0.5;
const LOOK_MS = 500;
const MORE_S = 1.5;
/** No playlist for so long, and nobody who complained: hls.js has stopped asking. */
const DEAF_MS = 20_000;
/** Past a hole of which nobody knows the end. */
const LEAP_S = 2;

export class HlsEngine implements Engine {
  #options: EngineOptions;
  #hls: Hls | null = null;
  #ended = false;
  #wanted: number | null;
  #audioOnly: boolean;
  #quality: string;
  /** Media time at the video's time zero. */
  #origin: number | null = null;
  /** Where loading was begun, until the first playlist says whether that was right. */
  #begunAt: number | null = null;
  #attempt = 0;
  #lostAt: number | null = null;
  #retry: { timer: number; act: () => void } | null = null;
  #repairs: number[] = [];
  #following = true;
  /** A piece of the picture's (or, listening alone, the only) playlist is on its way. */
  #loading = false;
  #watch = beginWatch(0);
  #listedAt = 0;
  #look: number | null = null;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#wanted = options.at;
    this.#audioOnly = options.audioOnly;
    this.#quality = options.quality;
  }

  start(): void {
    this.#options.video.addEventListener('ended', this.#finished);
    this.#watch = beginWatch(performance.now());
    this.#look = window.setInterval(() => this.#watchOver(), LOOK_MS);
    void this.#load();
  }

  stop(): void {
    this.#ended = true;
    if (this.#look !== null) window.clearInterval(this.#look);
    this.#clearRetry();
    this.#options.video.removeEventListener('ended', this.#finished);
    this.#hls?.destroy();
    this.#hls = null;
    this.#options.video.playbackRate = 1;
    unload(this.#options.video);
  }

  mediaTime(): number | null {
    return this.#origin === null ? null : this.#origin + this.#options.video.currentTime;
  }

  behind(): number | null {
    if (this.#options.mode === 'recorded') return null;
    const latency = this.#hls?.latency;
    return latency ? latency : null;
  }

  span(): Span | null {
    const details = this.#hls?.latestLevelDetails;
    if (!details || this.#origin === null) return null;
    return { start: details.fragmentStart + this.#origin, end: details.edge + this.#origin };
  }

  seek(to: number): boolean {
    const span = this.span();
    if (span === null || this.#origin === null || to < span.start - 1 || to > span.end + 1) return false;
    this.#options.video.currentTime = Math.min(Math.max(to, span.start), span.end) - this.#origin;
    return true;
  }

  seekLive(): void {
    const edge = this.#hls?.liveSyncPosition;
    if (edge) this.#options.video.currentTime = edge;
  }

  follow(following: boolean): void {
    this.#following = following;
  }

  select(quality: string, audioOnly: boolean): void {
    this.#quality = quality;
    if (audioOnly !== this.#audioOnly) {
      this.#audioOnly = audioOnly;
      this.#renew(0);
    } else {
      this.#choose();
    }
  }

  parked(): boolean {
    return false;
  }

  wake(): void {
    const waiting = this.#retry;
    this.#clearRetry();
    waiting?.act();
  }

  stats(): Record<string, number | string> {
    return {
      transport: 'hlsjs',
      latency: this.#hls?.latency ?? 0,
      target: this.#hls?.targetLatency ?? 0,
      rate: this.#options.video.playbackRate,
      repairs: this.#repairs.length,
    };
  }

  async #load(): Promise<void> {
    let module;
    try {
      module = await import('hls.js');
    } catch {
      // The file itself did not come: an outage like any other.
      this.#again(() => void this.#load());
      return;
    }
    if (this.#ended) return;
    const HlsClass = module.default;
    if (!HlsClass.isSupported()) return this.#options.events.failed();
    const live = this.#options.mode === 'live';
    this.#hls = new HlsClass({
      // A worker from a blob: is what a strict Content-Security-Policy forbids.
      enableWorker: false,
      autoStartLoad: false,
      pLoader: oneClock(HlsClass),
      lowLatencyMode: live,
      backBufferLength: BEHIND_KEPT_S,
      ...(live ? { maxLiveSyncPlaybackRate: 1.1 } : {}),
    });
    this.#listen(HlsClass, this.#hls);
    this.#hls.loadSource(hlsAddress({ ...this.#options, audioOnly: this.#audioOnly }));
    this.#hls.attachMedia(this.#options.video);
    this.#options.events.renewed();
  }

  #listen(HlsClass: typeof Hls, hls: Hls): void {
    const { events, mode } = this.#options;
    const { Events } = HlsClass;
    hls.on(Events.MANIFEST_PARSED, () => {
      events.qualities(
        hls.levels
          .filter((level) => level.height > 0)
          .map((level) => ({ name: levelName(level), bitrateBps: level.bitrate })),
      );
      this.#choose();
      // A recording from its beginning, which is most often media time zero.
      this.#begunAt = mode === 'live' ? -1 : Math.max(FIRST_S, this.#wanted ?? 0);
      hls.startLoad(this.#begunAt);
    });
    hls.on(Events.LEVEL_SWITCHED, (_, { level }) => {
      const now = hls.levels[level];
      if (now) events.rendition(levelName(now));
    });
    hls.on(Events.LEVEL_LOADED, () => {
      this.#listedAt = performance.now();
      this.#healed();
    });
    // Before hls.js asks for the first piece: one that is taken back while it is on its way (of a long
    // list of one rendition, its init) is never asked for again.
    hls.on(Events.LEVEL_UPDATED, (_, { details }) => {
      const first = details.fragments[0];
      if (mode === 'live' || !first || this.#wanted === null || this.#begunAt === null) return;
      // Segments are numbered by media time over the grid: near enough until a fragment says exactly.
      const gridUs = this.#options.meeting()?.gridUs;
      const grid = gridUs ? gridUs / 1e6 : details.targetduration;
      const last = Math.max(0, details.totalduration - grid);
      const guess = Math.max(FIRST_S, Math.min(last, this.#wanted - first.sn * grid));
      const begun = this.#begunAt;
      this.#begunAt = null;
      if (Math.abs(guess - begun) > GUESS_S) hls.startLoad(guess);
    });
    hls.on(Events.INIT_PTS_FOUND, (_, { id, initPTS, timescale }) => {
      if (this.#origin !== null && id !== 'main') return;
      this.#origin = initPTS / timescale;
      this.#arrive();
    });
    hls.on(Events.FRAG_LOADING, (_, { frag }) => {
      if (frag.type === 'main') this.#loading = true;
    });
    hls.on(Events.FRAG_LOADED, (_, data: { frag: FragmentLoaderContext['frag'] }) => {
      if (data.frag.type === 'main') this.#loading = false;
      if (data.frag.sn !== 'initSegment') this.#healed();
    });
    hls.on(Events.FRAG_LOAD_EMERGENCY_ABORTED, () => {
      this.#loading = false;
    });
    hls.on(Events.ERROR, (_, data) => {
      if (data.frag) this.#loading = false;
      this.#failed(HlsClass, hls, data);
    });
  }

  #watchOver(): void {
    const { video, mode } = this.#options;
    const hls = this.#hls;
    const now = performance.now();
    const details = hls?.latestLevelDetails;
    const deaf = mode === 'live' && Boolean(details) && now - this.#listedAt > DEAF_MS;
    // Where the list goes no further, nothing is missed: the source itself has stopped.
    const more = deaf || (details?.edge ?? 0) - video.currentTime > MORE_S;
    const live = mode === 'live' && this.#following;
    const [next, remedy] = watch(this.#watch, {
      nowMs: now,
      position: video.currentTime,
      wanted: more && !video.paused && !video.ended && this.#retry === null,
      loading: this.#loading || this.#lostAt !== null,
      lag: live && hls ? hls.latency - (hls.targetLatency ?? 0) : null,
    });
    this.#watch = next;
    if (remedy === 'renew') this.#renew(LEAP_S);
    else if (remedy === 'jump' && live) this.seekLive();
    else if (remedy === 'jump') video.currentTime = this.#pastHole();
  }

  #pastHole(): number {
    const { buffered, currentTime } = this.#options.video;
    const next = spansOf(buffered).find((span) => span.start > currentTime);
    return next ? next.start : currentTime + LEAP_S;
  }

  /** The source anew: at the edge, or so many seconds after where a recording is. */
  #renew(leap: number): void {
    const at = this.mediaTime();
    if (this.#options.mode === 'recorded' && at !== null) this.#wanted = at + leap;
    this.#origin = null;
    this.#loading = false;
    this.#listedAt = performance.now();
    this.#hls?.loadSource(hlsAddress({ ...this.#options, audioOnly: this.#audioOnly }));
    this.#options.events.renewed();
  }

  /** Now that the two times are known to each other, goes to what was asked for. */
  #arrive(): void {
    if (this.#wanted === null || this.#origin === null) return;
    const position = Math.max(0, this.#wanted - this.#origin);
    this.#wanted = null;
    if (Math.abs(this.#options.video.currentTime - position) > GUESS_S) {
      this.#options.video.currentTime = position;
    }
  }

  #choose(): void {
    if (this.#hls === null) return;
    const at = this.#hls.levels.findIndex((level) => levelName(level) === this.#quality);
    this.#hls.nextLevel = at;
  }

  #failed(HlsClass: typeof Hls, hls: Hls, data: ErrorData): void {
    if (!data.fatal) return;
    if (data.type === HlsClass.ErrorTypes.MEDIA_ERROR) {
      const now = performance.now();
      this.#repairs = [...this.#repairs.filter((at) => now - at < 60_000), now];
      if (this.#repairs.length > REPAIRS_MAX) return this.#options.events.failed();
      hls.recoverMediaError();
      this.#options.events.renewed();
    } else if (data.type === HlsClass.ErrorTypes.NETWORK_ERROR) {
      const hasPlaylist = hls.levels.length > 0 && hls.latestLevelDetails !== null;
      this.#again(() => {
        if (hasPlaylist) hls.startLoad(this.#options.mode === 'live' ? -1 : this.#options.video.currentTime);
        else hls.loadSource(hlsAddress({ ...this.#options, audioOnly: this.#audioOnly }));
      });
    } else {
      this.#options.events.failed();
    }
  }

  #again(act: () => void): void {
    if (this.#ended) return;
    const now = performance.now();
    this.#lostAt ??= now;
    this.#options.events.connection(false);
    this.#clearRetry();
    const delay = retryDelayMs(this.#attempt++, now - this.#lostAt, Math.random());
    this.#retry = {
      act,
      timer: window.setTimeout(() => {
        this.#retry = null;
        act();
      }, delay),
    };
  }

  #clearRetry(): void {
    if (this.#retry) window.clearTimeout(this.#retry.timer);
    this.#retry = null;
  }

  #healed(): void {
    if (this.#lostAt === null) return;
    this.#lostAt = null;
    this.#attempt = 0;
    this.#options.events.connection(true);
  }

  #finished = () => this.#options.events.finished();
}

/**
 * A meeting's tracks have one clock, over every gap: that one is marked tells hls.js nothing about
 * times. But it pairs sound and picture by counting marks, and would wait for ever where only one
 * of them has a gap (a frame that an encoder left out).
 */
function oneClock(HlsClass: typeof Hls): NonNullable<HlsConfig['pLoader']> {
  const Loader = HlsClass.DefaultConfig.loader;
  return class extends Loader {
    override load(...[context, config, callbacks]: Parameters<Loader<LoaderContext>['load']>): void {
      super.load(context, config, {
        ...callbacks,
        onSuccess: (response, ...rest) => {
          if (typeof response.data === 'string') {
            response.data = response.data.replace(/^#EXT-X-DISCONTINUITY.*\n/gm, '');
          }
          callbacks.onSuccess(response, ...rest);
        },
      });
    }
  } as unknown as NonNullable<HlsConfig['pLoader']>;
}

function levelName(level: { name: string; height: number }): string {
  return level.name || `${level.height}p`;
}
