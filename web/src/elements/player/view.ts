/** What the player looks like: templates of its state, and nothing else. */

import { html, nothing, svg, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Span } from '../../state/chase.js';
import { type Mark, type MarkKind, markAt, neighbour } from '../../state/marks.js';
import { type PlayerState, SPEEDS } from '../../state/player.js';
import { clock, fill, type Language, spoken, type Texts } from '../../text/index.js';
import { icons } from './icons.js';

export interface ViewModel {
  state: PlayerState;
  text: Texts;
  language: Language;
  title: string;
  muted: boolean;
  volume: number;
  canVolume: boolean;
  fullScreen: boolean;
  canFullScreen: boolean;
  canPictureInPicture: boolean;
  settingsOpen: boolean;
  /** Media time of the picture, s. */
  time: number | null;
  /** Where the viewer drags the timeline to, before letting go. */
  dragged: number | null;
  behind: number | null;
  span: Span | null;
  /** What begins where on the time line. */
  marks: readonly Mark[];
  /** Said once, in the live region; empty: nothing. */
  notice: string;
}

export interface ViewActions {
  playOrPause(): void;
  play(): void;
  hear(): void;
  mute(): void;
  volume(value: number): void;
  back(): void;
  forward(): void;
  toLive(): void;
  drag(to: number): void;
  seek(to: number): void;
  settings(open: boolean): void;
  quality(name: string): void;
  audioOnly(on: boolean): void;
  speed(speed: number): void;
  /** To the next of what is marked, or the one before. */
  go(kind: Stop, way: 1 | -1): void;
  fromStart(): void;
  fullScreen(): void;
  pictureInPicture(): void;
}

/** What "next" and "previous" lead to. */
export type Stop = Exclude<MarkKind, 'question'>;

/** Nearer than this is live, as far as anybody cares. */
const LIVE_WITHIN_S = 8;

export function overlay(model: ViewModel, actions: ViewActions): TemplateResult {
  const { state, text } = model;
  return html`
    ${middle(model, actions)}
    ${state.audioOnly && state.phase === 'playing'
      ? html`<div class="card">${icons.listening}<p>${text.listening}</p></div>`
      : nothing}
    ${state.silenced && state.phase === 'playing'
      ? html`<button class="hear" @click=${actions.hear}>${icons.silent}<span>${text.soundOff}</span></button>`
      : nothing}
    <div class="notice" role="status">${model.notice ? html`<p>${model.notice}</p>` : nothing}</div>
  `;
}

function middle({ state, text, title }: ViewModel, actions: ViewActions): TemplateResult | typeof nothing {
  const recording = state.meeting?.state === 'ended';
  switch (state.phase) {
    case 'connecting':
      return html`<div class="card"><span class="spinner"></span><p>${text.connecting}</p></div>`;
    case 'ready':
      return bigButton(recording ? text.startRecording : text.start, actions.play);
    case 'waiting':
      return html`<div class="card">
        <p class="card-title">${title}</p>
        <p>${text.waiting}</p>
        <p class="small">${text.waitingHint}</p>
      </div>`;
    case 'ended':
      return html`<div class="card">
        <p class="card-title">${text.ended}</p>
        ${bigButton(text.startRecording, actions.play)}
      </div>`;
    case 'failed':
      return html`<div class="card" role="alert">
        <p>${failureText(state, text)}</p>
        ${state.failure === 'unplayable' ? bigButton(text.retry, actions.play) : nothing}
      </div>`;
    case 'playing':
      return state.buffering ? html`<div class="card late"><span class="spinner"></span></div>` : nothing;
  }
}

function failureText(state: PlayerState, text: Texts): string {
  if (state.failure === 'unknown-meeting') return text.failedUnknown;
  return state.failure === 'unsupported' ? text.failedUnsupported : text.failedUnplayable;
}

function bigButton(label: string, act: () => void): TemplateResult {
  return html`<button class="big" @click=${act}>${icons.play}<span>${label}</span></button>`;
}

export function bar(model: ViewModel, actions: ViewActions): TemplateResult {
  const { state, text } = model;
  const idle = state.phase === 'failed' || state.phase === 'waiting' || state.phase === 'ended';
  return html`
    ${state.mode === 'recorded' && model.span ? html`${timeline(model, model.span, actions)} ${stops(model, actions)}` : nothing}
    <div class="buttons">
      ${button(state.paused ? text.play : text.pause, state.paused ? icons.play : icons.pause, actions.playOrPause, idle)}
      ${button(text.back, icons.back, actions.back, idle || model.time === null)}
      ${state.mode === 'recorded' ? html`<span class="forward">${button(text.forward, icons.forward, actions.forward, idle || model.time === null)}</span>` : nothing}
      ${liveButton(model, actions)}
      <span class="space"></span>
      ${button(model.muted ? text.unmute : text.mute, model.muted ? icons.silent : icons.sound, actions.mute)}
      ${model.canVolume ? volume(model, actions) : nothing}
      ${settings(model, actions)}
      ${model.canFullScreen
        ? button(
            model.fullScreen ? text.leaveFullScreen : text.fullScreen,
            model.fullScreen ? icons.leaveFullScreen : icons.fullScreen,
            actions.fullScreen,
          )
        : nothing}
    </div>
  `;
}

function button(label: string, drawing: TemplateResult, act: () => void, disabled = false): TemplateResult {
  return html`<button class="icon" aria-label=${label} title=${label} ?disabled=${disabled} @click=${act}>
    ${drawing}
  </button>`;
}

function liveButton(model: ViewModel, actions: ViewActions): TemplateResult | typeof nothing {
  const { state, text } = model;
  if (state.meeting?.state === 'ended' && state.mode === 'recorded') return nothing;
  if (state.phase !== 'playing' && state.phase !== 'connecting') return nothing;
  const away = !state.following || (model.behind ?? 0) > LIVE_WITHIN_S;
  // Numbers that nobody renews must not look live.
  if (!away) {
    const on = state.phase === 'playing' && state.connected;
    return html`<span class="on-air ${on ? 'on' : ''}"><span class="dot"></span>${text.live}</span>`;
  }
  const behind = model.behind === null ? '' : fill(text.behind, { time: clock(model.behind) });
  return html`<button class="to-live" @click=${actions.toLive}>${text.toLive}</button>
    <span class="behind">${behind}</span>`;
}

function volume(model: ViewModel, actions: ViewActions): TemplateResult {
  return html`<input
    class="volume"
    type="range"
    min="0"
    max="1"
    step="0.05"
    aria-label=${model.text.volume}
    aria-valuetext=${fill(model.text.percent, { n: String(Math.round((model.muted ? 0 : model.volume) * 100)) })}
    .value=${live(String(model.muted ? 0 : model.volume))}
    @input=${(event: Event) => actions.volume(valueOf(event))}
  />`;
}

function timeline(model: ViewModel, span: Span, actions: ViewActions): TemplateResult {
  const { text } = model;
  const time = Math.min(Math.max(model.dragged ?? model.time ?? span.start, span.start), span.end);
  const said = fill(text.positionOf, {
    time: spoken(text, time - span.start),
    total: spoken(text, span.end - span.start),
  });
  const about = markAt(model.marks, 'item', time)?.title ?? '';
  return html`<div class="timeline">
    ${ticks(model.marks, span)}
    <input
      type="range"
      min=${span.start}
      max=${span.end}
      step="1"
      aria-label=${text.position}
      aria-valuetext=${about === '' ? said : `${said}, ${about}`}
      .value=${live(String(time))}
      @input=${(event: Event) => actions.drag(valueOf(event))}
      @change=${(event: Event) => actions.seek(valueOf(event))}
    />
    <span class="times" aria-hidden="true"
      >${clock(time - span.start)} / ${clock(span.end - span.start)}${model.state.speed === 1
        ? nothing
        : html` · ${speedText(text, model.state.speed, model.language)}`}</span
    >
  </div>`;
}

/** What is on and who speaks there, with the way to what was before and what comes after. */
function stops(model: ViewModel, actions: ViewActions): TemplateResult | typeof nothing {
  const kinds = (['item', 'speaker'] as const).filter((kind) => model.marks.some((mark) => mark.kind === kind));
  return kinds.length === 0 ? nothing : html`<div class="stops">${kinds.map((kind) => stop(model, kind, actions))}</div>`;
}

function stop({ text, marks, dragged, time }: ViewModel, kind: Stop, actions: ViewActions): TemplateResult {
  const at = dragged ?? time ?? 0;
  const [before, after] = kind === 'item' ? [text.itemBefore, text.itemAfter] : [text.speakerBefore, text.speakerAfter];
  const on = markAt(marks, kind, at)?.title ?? '—';
  // Never disabled: the button that leads to the last one keeps the focus.
  const leads = (label: string, drawing: TemplateResult, way: 1 | -1) =>
    html`<button
      class="icon"
      aria-label=${label}
      title=${label}
      aria-disabled=${neighbour(marks, kind, at, way) ? 'false' : 'true'}
      @click=${() => actions.go(kind, way)}
    >
      ${drawing}
    </button>`;
  return html`<div class="stop" role="group" aria-label=${kind === 'item' ? text.item : text.speaker}>
    ${leads(before, icons.earlier, -1)}
    <p class="about" title=${on}>${on}</p>
    ${leads(after, icons.later, 1)}
  </div>`;
}

/** Behind the range: who drags sees where the next item begins. */
function ticks(marks: readonly Mark[], span: Span): TemplateResult | typeof nothing {
  const there = marks.filter(({ at }) => at > span.start && at < span.end);
  if (there.length === 0) return nothing;
  const place = (at: number) => (1000 * (at - span.start)) / (span.end - span.start);
  return html`<svg class="ticks" viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true">
    ${there.map(
      ({ at, kind }) =>
        svg`<line class=${kind} x1=${place(at)} x2=${place(at)} y1=${kind === 'item' ? 0 : 0.5} y2="1" vector-effect="non-scaling-stroke" />`,
    )}
  </svg>`;
}

function settings(model: ViewModel, actions: ViewActions): TemplateResult {
  const { text, settingsOpen } = model;
  return html`<div class="settings">
    <button
      class="icon"
      id="settings"
      aria-label=${text.settings}
      title=${text.settings}
      aria-expanded=${settingsOpen ? 'true' : 'false'}
      aria-controls="panel"
      @click=${() => actions.settings(!settingsOpen)}
    >
      ${icons.settings}
    </button>
    <div class="panel" id="panel" ?hidden=${!settingsOpen}>${settingsOpen ? panel(model, actions) : nothing}</div>
  </div>`;
}

function panel(model: ViewModel, actions: ViewActions): TemplateResult {
  const { state, text } = model;
  const auto =
    state.quality === 'auto' && state.rendition
      ? fill(text.qualityAutoNow, { name: state.rendition })
      : text.qualityAuto;
  const choice = (name: string, label: string) =>
    html`<label class="row">
      <input
        type="radio"
        name="quality"
        .checked=${live(state.quality === name)}
        ?disabled=${state.audioOnly}
        @change=${() => actions.quality(name)}
      />
      <span>${label}</span>
    </label>`;
  return html`
    ${state.qualities.length > 0
      ? html`<fieldset>
          <legend>${text.quality}</legend>
          ${choice('auto', auto)} ${state.qualities.map(({ name }) => choice(name, name))}
        </fieldset>`
      : nothing}
    ${state.mode === 'recorded' ? speed(model, actions) : nothing}
    <label class="row">
      <input
        type="checkbox"
        .checked=${live(state.audioOnly)}
        @change=${(event: Event) => actions.audioOnly((event.target as HTMLInputElement).checked)}
      />
      <span>${text.audioOnly} <small>${text.audioOnlyHint}</small></span>
    </label>
    <button class="row" @click=${actions.fromStart}>${text.fromStart}</button>
    ${model.canPictureInPicture && !state.audioOnly
      ? html`<button class="row" @click=${actions.pictureInPicture}>${text.pictureInPicture}</button>`
      : nothing}
    <button class="row" @click=${() => actions.settings(false)}>${text.close}</button>
  `;
}

function speed({ state, text, language }: ViewModel, actions: ViewActions): TemplateResult {
  const choose = (event: Event) => actions.speed(Number((event.target as HTMLSelectElement).value));
  return html`<label class="row">
    <span class="label">${text.speed}</span>
    <select id="speed" @change=${choose}>
      ${SPEEDS.map((one) => html`<option value=${one} .selected=${one === state.speed}>${speedText(text, one, language)}</option>`)}
    </select>
  </label>`;
}

/** 1.5 → "1,5 kat". */
export function speedText(texts: Texts, speed: number, language: Language): string {
  return speed === 1 ? texts.speedNormal : fill(texts.speedTimes, { n: speed.toLocaleString(language) });
}

function valueOf(event: Event): number {
  return Number((event.target as HTMLInputElement).value);
}
