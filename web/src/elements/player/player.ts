import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { type Mark, markAt, neighbour } from '../../state/marks.js';
import { initialState, type Effect, type PlayerEvent, type PlayerState, speedBeside, step } from '../../state/player.js';
import type { Transport } from '../../state/transport.js';
import { fill } from '../../text/index.js';
import { meeting } from '../../wire/api.js';
import { browserFetch, keep, poll } from '../browser.js';
import { style } from '../styles.js';
import { language, words } from '../words.js';
import { tryPlay } from './autoplay.js';
import {
  canFullScreen,
  canPictureInPicture,
  canSetVolume,
  capabilities,
  isFullScreen,
  toggleFullScreen,
  togglePictureInPicture,
} from './capabilities.js';
import type { Engine, EngineEvents, EngineOptions } from './engine.js';
import { HlsEngine } from './hls-engine.js';
import { onKey } from './keys.js';
import { describeSession, openSession, placeSession } from './media-session.js';
import { NativeEngine } from './native-engine.js';
import { Notices } from './notices.js';
import css from './player.css?inline';
import cssAddress from './player.css?url';
import { Probing } from './probing.js';
import { SocketEngine } from './socket-engine.js';
import { Still } from './still.js';
import { bar, overlay, speedText, type Stop, type ViewActions, type ViewModel } from './view.js';

const STEP_S = 10;
/** So near to the end of a meeting that goes on nobody plays faster than it happens. */
const EDGE_S = 10;
const CLOCK_MS = 250;
/** How the meeting stands is asked of the server; rarely where the socket says it sooner. */
const POLL_MS = 10_000;
const POLL_RARELY_MS = 60_000;
/** Controls over the picture leave after so long without a move. */
const IDLE_MS = 3_500;

/** The time of `meclis-time`: what this viewer sees now, not what is on air. */
export interface TimeDetail {
  /** Seconds. */
  mediaTime: number | null;
  behind: number | null;
}

/**
 * `<meclis-player src-meeting="ID">`: a meeting, live or recorded.
 *
 * Attributes: `src-meeting`; `autoplay`; `at`, seconds of media time to begin at; `over`: controls over
 * the picture instead of under it; `bare`: without controls; `transport`: only this one (`socket`, `native`, `hlsjs`).
 * Events: `meclis-time` (TimeDetail, four a second), `meclis-state` (PlayerState), `meclis-meeting`.
 */
export class MeclisPlayer extends LitElement {
  static override properties = {
    srcMeeting: { attribute: 'src-meeting' },
    autoplay: { type: Boolean },
    over: { type: Boolean, reflect: true },
    at: { type: Number },
    marks: { attribute: false },
    transport: { type: String },
    remembers: { type: Boolean },
    state: { state: true },
    notice: { state: true },
    settingsOpen: { state: true },
    turn: { state: true },
  };
  declare srcMeeting: string;
  declare autoplay: boolean;
  declare over: boolean;
  declare at: number | null;
  /** What begins where on the time line. */
  declare marks: readonly Mark[];
  declare transport: Transport | null;
  /** Keeps the volume for the next page. */
  declare remembers: boolean;
  declare state: PlayerState;
  declare notice: string;
  declare settingsOpen: boolean;
  /** Counts up to be shown anew when only a time has changed. */
  declare turn: number;

  readonly video: HTMLVideoElement;
  #engine: Engine | null = null;
  #generation = 0;
  #ends: (() => void)[] = [];
  #idleTimer: number | undefined;
  #notices = new Notices((notice) => (this.notice = notice));
  #still = new Still();
  #probing: Probing | null = null;
  #dragged: number | null = null;
  #canVolume = canSetVolume();

  constructor() {
    super();
    this.video = document.createElement('video');
    this.video.playsInline = true;
    this.video.setAttribute('playsinline', '');
    this.srcMeeting = '';
    this.autoplay = false;
    this.over = false;
    this.at = null;
    this.marks = [];
    this.transport = null;
    this.remembers = false;
    this.state = initialState(capabilities(this.video));
    this.notice = '';
    this.settingsOpen = false;
    this.turn = 0;
  }

  /** Media time of the picture shown, in seconds: what everything drawn beside it follows. */
  get mediaTime(): number | null {
    return this.#engine?.mediaTime() ?? null;
  }

  get behind(): number | null {
    return this.#engine?.behind() ?? null;
  }

  get stats(): Record<string, number | string> {
    return this.#engine?.stats() ?? {};
  }

  play(): void {
    if (this.#engine?.parked()) {
      // The line was let go of: goes on from the recording, where the viewer had stopped.
      const at = this.mediaTime;
      if (at !== null) return this.#send({ type: 'to-moment', at });
    }
    this.#send({ type: 'play' });
  }

  pause(): void {
    this.#send({ type: 'pause' });
  }

  toLive(): void {
    this.#send({ type: 'to-live' });
  }

  /** To a moment of media time, seconds. */
  seek(to: number): void {
    const span = this.state.mode === 'recorded' ? this.#engine?.span() : null;
    const moment = span ? Math.min(Math.max(to, span.start), span.end) : Math.max(0, to);
    if (this.#engine?.seek(moment)) {
      if (this.state.mode === 'live') this.#send({ type: 'behind' });
      if (this.state.phase === 'ended') this.#send({ type: 'play' });
    } else {
      this.#send({ type: 'to-moment', at: moment });
    }
  }

  /** The same, but what waits for a press goes on waiting, and begins there. */
  aim(to: number): void {
    if (this.state.phase === 'ready') this.#send({ type: 'aim', at: Math.max(0, to) });
    else this.seek(to);
  }

  protected override createRenderRoot(): ShadowRoot {
    const root = this.attachShadow({ mode: 'open' });
    style(root, css, cssAddress);
    return root;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.hasAttribute('role')) this.setAttribute('role', 'region');
    this.setAttribute('aria-label', words().player);
    this.#restoreVolume();
    this.#listen(this.video, {
      playing: () => this.#send({ type: 'playing' }),
      pause: () => this.#pausedByBrowser(),
      waiting: () => this.#send({ type: 'buffering', buffering: !this.video.paused && !this.#still.shown }),
      canplay: () => this.#send({ type: 'buffering', buffering: false }),
      volumechange: () => this.#volumeChanged(),
      click: () => this.#clicked(),
    });
    this.#listen(this, {
      keydown: (event) => {
        if (onKey(event as KeyboardEvent, this.#keyActions)) event.preventDefault();
      },
      pointermove: () => this.#active(),
      pointerdown: () => this.#active(),
      focusin: () => this.#active(),
    });
    this.#listen(window, { online: () => this.#engine?.wake() });
    this.#listen(document, {
      visibilitychange: () => this.#seen(),
      fullscreenchange: () => this.#redraw(),
      webkitfullscreenchange: () => this.#redraw(),
    });
    this.#probing = new Probing((event) => this.#send(event));
    const clockTimer = window.setInterval(() => this.#tick(), CLOCK_MS);
    this.#ends.push(
      () => window.clearInterval(clockTimer),
      () => this.#probing?.end(),
      () => this.#still.hide(),
      openSession({
        ...this.#actions,
        pause: () => this.pause(),
        to: (at) => this.seek(at + (this.#engine?.span()?.start ?? 0)),
        item: (way) => this.#go('item', way),
      }),
      poll(() => (this.state.transport === 'socket' ? POLL_RARELY_MS : POLL_MS), () => this.#ask()),
    );
    const { autoplay, at } = this;
    this.#send({ type: 'begin', autoplay, at, only: this.transport });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#ends.splice(0)) end();
    window.clearTimeout(this.#idleTimer);
    this.#notices.end();
    this.#engine?.stop();
    this.#engine = null;
    this.state = initialState(this.state.can);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('state')) return;
    this.dataset['phase'] = this.state.phase;
    this.#describe();
  }

  protected override render(): TemplateResult {
    const model = this.#model();
    return html`
      <div class="frame" part="frame" tabindex="-1">
        ${this.video} ${this.#still.canvas} ${overlay(model, this.#actions)}
      </div>
      <div class="bar" part="bar">${bar(model, this.#actions)}</div>
    `;
  }

  #model(): ViewModel {
    const text = words();
    return {
      state: this.state,
      text,
      language: language(),
      title: this.state.meeting?.title ?? '',
      muted: this.video.muted || this.video.volume === 0,
      volume: this.video.volume,
      canVolume: this.#canVolume,
      fullScreen: isFullScreen(this),
      canFullScreen: canFullScreen(this, this.video),
      canPictureInPicture: canPictureInPicture(this.video),
      settingsOpen: this.settingsOpen,
      time: this.mediaTime,
      dragged: this.#dragged,
      behind: this.behind,
      span: this.#engine?.span() ?? null,
      marks: this.marks,
      notice: this.notice,
    };
  }

  #actions: ViewActions = {
    playOrPause: () => (this.state.paused ? this.play() : this.pause()),
    play: () => this.play(),
    hear: () => {
      this.video.muted = false;
      if (this.video.volume === 0) this.video.volume = 1;
      this.#send({ type: 'heard' });
      this.#focusPlay();
    },
    mute: () => {
      this.video.muted = !this.video.muted;
      if (!this.video.muted) this.#send({ type: 'heard' });
    },
    volume: (value) => {
      this.video.volume = value;
      this.video.muted = value === 0;
      if (value > 0) this.#send({ type: 'heard' });
    },
    back: () => this.#move(-STEP_S),
    forward: () => this.#move(STEP_S),
    toLive: () => this.toLive(),
    drag: (to) => {
      this.#dragged = to;
      this.#redraw();
    },
    seek: (to) => {
      this.#dragged = null;
      this.seek(to);
    },
    settings: (open) => this.#showSettings(open),
    quality: (quality) => this.#send({ type: 'quality', quality }),
    audioOnly: (audioOnly) => this.#send({ type: 'audio-only', audioOnly }),
    speed: (speed) => this.#chooseSpeed(speed),
    go: (kind, way) => this.#go(kind, way),
    fromStart: () => {
      this.#showSettings(false);
      this.#send({ type: 'to-moment', at: 0 });
    },
    fullScreen: () => toggleFullScreen(this, this.video),
    pictureInPicture: () => {
      this.#showSettings(false);
      togglePictureInPicture(this.video);
    },
  };

  #keyActions = {
    ...this.#actions,
    faster: (by: 1 | -1) => this.#chooseSpeed(speedBeside(this.state.speed, by)),
    louder: (by: number) =>
      this.#actions.volume(Math.min(1, Math.max(0, (this.video.muted ? 0 : this.video.volume) + by))),
  };

  #send(event: PlayerEvent): void {
    const before = this.state;
    const [state, effects] = step(before, event);
    this.state = state;
    for (const effect of effects) this.#carryOut(effect);
    this.#notices.changed(before, state, words());
    if (before !== state) this.#emit('meclis-state', state);
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'start':
        return this.#start(effect);
      case 'probe':
        return this.#probing?.probe(this.srcMeeting);
      case 'stop':
        this.#still.hide();
        this.#engine?.stop();
        this.#engine = null;
        return;
      case 'play':
        return void this.#tryPlay();
      case 'pause':
        return this.video.pause();
      case 'seek-live':
        return this.#engine?.seekLive();
      case 'select':
        return this.#engine?.select(effect.quality, effect.audioOnly);
      case 'speed':
        return this.#setSpeed(effect.speed);
    }
  }

  #start({ transport, mode, at, still }: Effect & { type: 'start' }): void {
    if (still) this.#still.show(this.video);
    else this.#still.hide();
    this.#engine?.stop();
    const generation = ++this.#generation;
    const current = (act: () => void) => {
      if (generation === this.#generation) act();
    };
    const events: EngineEvents = {
      qualities: (qualities) => current(() => this.#send({ type: 'qualities', qualities })),
      rendition: (rendition) => current(() => this.#send({ type: 'rendition', rendition })),
      onAir: (live) => current(() => this.#onAir(live)),
      connection: (connected) => current(() => this.#send({ type: 'connection', connected })),
      renewed: () => current(() => void this.#tryPlay()),
      failed: () =>
        current(() => {
          const moment = mode === 'recorded' ? (this.mediaTime ?? at) : null;
          this.#send({ type: 'transport-failed', transport, at: moment });
        }),
      finished: () => current(() => this.#send({ type: 'finished' })),
    };
    const { quality, audioOnly } = this.state;
    const options: EngineOptions = {
      video: this.video,
      meetingId: this.srcMeeting,
      meeting: () => this.state.meeting,
      mode,
      at,
      quality,
      audioOnly,
      events,
    };
    // What is loaded from now on begins with it; at the live edge the speed is the engine's.
    this.#setSpeed(this.state.speed);
    const Class = { socket: SocketEngine, native: NativeEngine, hlsjs: HlsEngine }[transport];
    this.#engine = new Class(options);
    this.#engine.start();
    void this.#tryPlay();
  }

  #onAir(live: boolean): void {
    this.#send({ type: 'on-air', live });
    // Whether it is a break or the end is the meeting's to say.
    if (!live) void this.#ask();
  }

  async #ask(): Promise<void> {
    if (this.srcMeeting === '') return;
    const result = await meeting(browserFetch, this.srcMeeting);
    this.#probing?.asked(result.ok);
    if (result.ok) {
      this.#emit('meclis-meeting', result.value);
      this.#send({ type: 'meeting', meeting: result.value });
    } else if (result.failure === 'unknown' && this.state.meeting === null) {
      this.#send({ type: 'no-meeting' });
    }
  }

  async #tryPlay(): Promise<void> {
    if (this.state.paused) return;
    const generation = this.#generation;
    const outcome = await tryPlay(this.video);
    if (generation !== this.#generation || outcome === 'played') return;
    this.#send({ type: outcome });
  }

  /** A pause that nobody asked of us: a headset pulled out, a call, the browser's saving of power. */
  #pausedByBrowser(): void {
    const over = !this.video.paused || !this.video.hasAttribute('src');
    if (over || this.state.paused || this.video.ended || this.state.phase !== 'playing') return;
    if (document.hidden && this.video.muted) return;
    this.#send({ type: 'paused' });
  }

  /** A finger on the picture wants to see the controls; a mouse has seen them already. */
  #clicked(): void {
    if (window.matchMedia('(hover: hover)').matches) this.#actions.playOrPause();
  }

  #seen(): void {
    if (document.hidden) return;
    this.#engine?.wake();
    if (!this.state.paused && this.video.paused && this.#engine !== null) void this.#tryPlay();
  }

  #move(by: number): void {
    const time = this.mediaTime;
    if (time === null) return;
    const end = this.#engine?.span()?.end ?? Infinity;
    if (by > 0 && time + by > end) {
      if (this.state.mode === 'live' || this.state.meeting?.state === 'live') this.toLive();
      else this.seek(end);
    } else {
      this.seek(time + by);
    }
  }

  #setSpeed(speed: number): void {
    this.video.defaultPlaybackRate = speed;
    this.video.playbackRate = speed;
  }

  #chooseSpeed(speed: number): void {
    if (this.state.mode !== 'recorded') return;
    this.#send({ type: 'speed', speed });
    this.#notices.pass(fill(words().speedSaid, { speed: speedText(words(), this.state.speed, language()) }));
  }

  /** To the next of what is marked, or the one before; says where that is. */
  #go(kind: Stop, way: 1 | -1): void {
    const text = words();
    const at = this.mediaTime;
    const [what, none] = kind === 'item' ? [text.item, text.itemNone] : [text.speaker, text.speakerNone];
    const found = at === null ? null : neighbour(this.marks, kind, at, way);
    if (found) this.seek(found.at);
    this.#notices.pass(found ? fill(text.jumped, { what, title: found.title }) : none);
  }

  #describe(): void {
    const { meeting: shown, paused, mode, speed } = this.state;
    if (!shown) return;
    const time = this.mediaTime;
    const about = time === null ? null : markAt(this.marks, 'item', time);
    describeSession({ title: about?.title ?? shown.title, album: about ? shown.title : '', artist: words().brand }, paused);
    placeSession(mode === 'recorded' ? (this.#engine?.span() ?? null) : null, time, speed);
  }

  /** Where a meeting goes on, its recording ends at what is on air. */
  #heedEdge(): void {
    const { mode, meeting: shown, speed } = this.state;
    const end = this.#engine?.span()?.end;
    const time = this.mediaTime;
    if (mode !== 'recorded' || speed <= 1 || shown?.state !== 'live' || end === undefined || time === null) return;
    if (end - time > EDGE_S) return;
    this.#send({ type: 'speed', speed: 1 });
    this.#notices.pass(words().speedAtEdge);
  }

  #showSettings(open: boolean): void {
    if (open === this.settingsOpen) return;
    this.settingsOpen = open;
    void this.updateComplete.then(() => {
      const root = this.renderRoot;
      const target = open ? root.querySelector('.panel input, .panel select, .panel button') : root.querySelector('#settings');
      (target as HTMLElement | null)?.focus();
    });
  }

  #focusPlay(): void {
    // The button that was pressed is gone; the keyboard stays in the player.
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.bar button')?.focus());
  }

  #tick(): void {
    const { state, video } = this;
    // A broadcast that went on before the buffer ran dry never stopped playing, so nothing says so.
    const moving = !video.paused && video.readyState >= video.HAVE_FUTURE_DATA && video.playbackRate > 0;
    // Not sooner: the socket begins with a keyframe of up to two seconds ago, and jumps from there.
    if (moving && !video.seeking) this.#still.hide();
    if (state.phase === 'connecting' && moving) this.#send({ type: 'playing' });
    if (state.phase !== 'playing') return;
    const detail: TimeDetail = { mediaTime: this.mediaTime, behind: this.behind };
    this.#emit('meclis-time', detail);
    this.#engine?.follow(state.following);
    this.#heedEdge();
    this.#describe();
    this.#redraw();
  }

  #redraw(): void {
    this.turn++;
  }

  #active(): void {
    this.classList.remove('idle');
    window.clearTimeout(this.#idleTimer);
    this.#idleTimer = window.setTimeout(() => {
      const busy = this.settingsOpen || this.state.paused || this.state.phase !== 'playing';
      if (!busy) this.classList.add('idle');
    }, IDLE_MS);
  }

  #restoreVolume(): void {
    const kept = this.remembers ? Number(keep.get('meclis-volume') ?? 1) : 1;
    this.video.volume = kept > 0 && kept <= 1 ? kept : 1;
  }

  #volumeChanged(): void {
    if (this.remembers && !this.video.muted) keep.set('meclis-volume', String(this.video.volume));
    this.#redraw();
  }

  #listen(target: EventTarget, handlers: Record<string, (event: Event) => void>): void {
    for (const [name, handler] of Object.entries(handlers)) {
      target.addEventListener(name, handler);
      this.#ends.push(() => target.removeEventListener(name, handler));
    }
  }

  #emit(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

customElements.define('meclis-player', MeclisPlayer);
