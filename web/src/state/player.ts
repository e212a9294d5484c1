/**
 * What the player is doing and what it does next, as a pure step: (state, event) → state, effects.
 * The element carries the effects out and shows the state. No DOM, no clock.
 */

import type { Meeting } from '../wire/api.js';
import { answered, type Comeback, heard, left, noComeback } from './comeback.js';
import { type Capabilities, type Mode, nextTransport, type Transport } from './transport.js';

export type Phase =
  /** Nothing is known yet, or the first picture is on its way. */
  | 'connecting'
  /** Waits for a press: it shall not, or may not, begin by itself. */
  | 'ready'
  /** The broadcast has not begun, or is between two parts. */
  | 'waiting'
  | 'playing'
  | 'ended'
  | 'failed';

export type Failure = 'unknown-meeting' | 'unsupported' | 'unplayable';

export interface Quality {
  name: string;
  bitrateBps: number;
}

export interface PlayerState {
  can: Capabilities;
  phase: Phase;
  meeting: Meeting | null;
  mode: Mode;
  transport: Transport | null;
  /** Those that did not work in this mode. */
  tried: Transport[];
  /** Its way back to the socket, once that has failed. */
  comeback: Comeback;
  /** One transport alone, for whoever must choose it. */
  only: Transport | null;
  /** Media time in seconds at which to begin; null: the edge, or a recording's beginning. */
  at: number | null;
  /** The viewer wants the live edge. */
  following: boolean;
  paused: boolean;
  /** It was watched live on this page. */
  watched: boolean;
  /** The browser let it begin only without sound. */
  silenced: boolean;
  buffering: boolean;
  connected: boolean;
  failure: Failure | null;
  qualities: Quality[];
  /** A name, or "auto". */
  quality: string;
  /** What comes now; empty: sound alone, or unknown. */
  rendition: string;
  audioOnly: boolean;
  /** Of a recording; 1 at the live edge, which can't be outrun. */
  speed: number;
}

/** What may be chosen, slowest first. */
export const SPEEDS: readonly number[] = [0.75, 1, 1.25, 1.5, 2];

export type PlayerEvent =
  | { type: 'begin'; autoplay: boolean; at: number | null; only: Transport | null }
  | { type: 'meeting'; meeting: Meeting }
  | { type: 'no-meeting' }
  /** The socket says whether the broadcast is on. */
  | { type: 'on-air'; live: boolean }
  | { type: 'playing' }
  | { type: 'paused' }
  | { type: 'buffering'; buffering: boolean }
  /** The browser refused to play with sound; to play at all. */
  | { type: 'silenced' }
  | { type: 'refused' }
  | { type: 'heard' }
  | { type: 'connection'; connected: boolean }
  | { type: 'transport-failed'; transport: Transport; at: number | null }
  | { type: 'finished' }
  /** A few times a minute, and (`changed`) when the network or the server may be another than before. */
  | { type: 'moment'; nowMs: number; changed: boolean }
  /** What `probe` asked for. */
  | { type: 'probed'; nowMs: number; works: boolean }
  | { type: 'qualities'; qualities: Quality[] }
  | { type: 'rendition'; rendition: string }
  /** From here on the viewer's. */
  | { type: 'play' }
  | { type: 'pause' }
  | { type: 'to-live' }
  | { type: 'behind' }
  /** A moment that the live buffer doesn't hold. */
  | { type: 'to-moment'; at: number }
  /** Where it shall begin, once it is told to. */
  | { type: 'aim'; at: number }
  | { type: 'quality'; quality: string }
  | { type: 'audio-only'; audioOnly: boolean }
  | { type: 'speed'; speed: number };

export type Effect =
  /** Ends what runs and begins this. `still`: the picture stays in sight until the next one comes. */
  | { type: 'start'; transport: Transport; mode: Mode; at: number | null; still: boolean }
  /** Asks, beside what plays, whether the socket works; answered by `probed`. */
  | { type: 'probe' }
  | { type: 'stop' }
  | { type: 'play' }
  | { type: 'pause' }
  | { type: 'seek-live' }
  | { type: 'select'; quality: string; audioOnly: boolean }
  | { type: 'speed'; speed: number };

export type Step = [PlayerState, Effect[]];

export function initialState(can: Capabilities): PlayerState {
  return {
    can,
    phase: 'connecting',
    meeting: null,
    mode: 'live',
    transport: null,
    tried: [],
    comeback: noComeback,
    only: null,
    at: null,
    following: true,
    paused: true,
    watched: false,
    silenced: false,
    buffering: false,
    connected: true,
    failure: null,
    qualities: [],
    quality: 'auto',
    rendition: '',
    audioOnly: false,
    speed: 1,
  };
}

export function step(state: PlayerState, event: PlayerEvent): Step {
  switch (event.type) {
    case 'begin': {
      const begun = { ...state, at: event.at, only: event.only };
      return event.autoplay ? startWanted(begun) : [{ ...begun, phase: 'ready' }, []];
    }
    case 'meeting':
      return onMeeting({ ...state, meeting: event.meeting });
    case 'no-meeting':
      return fail(state, 'unknown-meeting');
    case 'on-air':
      return onAir(state, event.live);
    case 'transport-failed':
      return onTransportFailed(state, event.transport, event.at);
    case 'finished':
      return [{ ...state, phase: 'ended', paused: true, buffering: false }, []];
    case 'refused':
      return [{ ...state, phase: 'ready', paused: true, transport: null }, [{ type: 'stop' }]];
    case 'moment': {
      if (!wouldReturn(state)) return [state, []];
      const [comeback, ask] = heard(state.comeback, event.nowMs, event.changed);
      return [comeback === state.comeback ? state : { ...state, comeback }, ask ? [{ type: 'probe' }] : []];
    }
    case 'probed':
      return onProbed(state, event.works, event.nowMs);
    case 'playing':
      return [onPlaying(state), []];
    case 'paused':
      return [{ ...state, paused: true }, []];
    case 'buffering':
      return [{ ...state, buffering: event.buffering }, []];
    case 'silenced':
      return [{ ...state, silenced: true }, []];
    case 'heard':
      return [{ ...state, silenced: false }, []];
    case 'connection':
      return [{ ...state, connected: event.connected }, []];
    case 'qualities':
      return [{ ...state, qualities: event.qualities }, []];
    case 'rendition':
      return [{ ...state, rendition: event.rendition }, []];
    default:
      return onViewer(state, event);
  }
}

type ViewerEvent = Extract<
  PlayerEvent,
  { type: 'play' | 'pause' | 'to-live' | 'behind' | 'to-moment' | 'aim' | 'quality' | 'audio-only' | 'speed' }
>;

function onViewer(state: PlayerState, event: ViewerEvent): Step {
  switch (event.type) {
    case 'play':
      return onPlay(state);
    case 'pause':
      // Whoever pauses wants to go on from there, not from the edge.
      return [{ ...state, paused: true, following: false }, [{ type: 'pause' }]];
    case 'to-live':
      if (state.mode === 'live' && state.transport !== null) {
        return [{ ...state, following: true }, [{ type: 'seek-live' }, { type: 'play' }]];
      }
      return start({ ...state, tried: [] }, 'live', null);
    case 'behind':
      return [{ ...state, following: false }, []];
    case 'to-moment':
      return start({ ...state, tried: [] }, 'recorded', event.at);
    case 'aim':
      return [{ ...state, at: event.at }, []];
    case 'quality': {
      const { quality } = event;
      return [{ ...state, quality }, [{ type: 'select', quality, audioOnly: state.audioOnly }]];
    }
    case 'audio-only': {
      const { audioOnly } = event;
      return [{ ...state, audioOnly }, [{ type: 'select', quality: state.quality, audioOnly }]];
    }
    case 'speed': {
      const { speed } = event;
      if (state.mode === 'live' || !SPEEDS.includes(speed) || speed === state.speed) return [state, []];
      return [{ ...state, speed }, [{ type: 'speed', speed }]];
    }
  }
}

function onPlay(state: PlayerState): Step {
  if (state.phase === 'ready') return startWanted(state);
  if (state.phase === 'failed') return startWanted({ ...state, tried: [], failure: null });
  if (state.phase === 'ended') return start({ ...state, tried: [] }, 'recorded', null);
  return [{ ...state, paused: false }, [{ type: 'play' }]];
}

function onPlaying(state: PlayerState): PlayerState {
  const watched = state.watched || state.mode === 'live';
  return { ...state, phase: 'playing', paused: false, buffering: false, watched };
}

function onMeeting(state: PlayerState): Step {
  if (state.phase === 'ready' || state.phase === 'failed' || state.mode === 'recorded') return [state, []];
  switch (state.meeting?.state) {
    case 'ended':
      if (state.phase === 'playing') return [state, []];
      // Who watched it to its end is asked; who comes later came for the recording.
      if (state.watched) return [{ ...state, phase: 'ended' }, []];
      return start({ ...state, tried: [] }, 'recorded', state.at);
    case 'idle':
      // The socket says it itself, and sooner.
      if (state.transport === 'socket' || state.phase === 'waiting') return [state, []];
      return rest(state);
    case 'live':
      return idle(state) ? start({ ...state, tried: [] }, 'live', null) : [state, []];
    default:
      return [state, []];
  }
}

/** Nothing runs that would notice by itself that the broadcast goes on. */
function idle(state: PlayerState): boolean {
  if (state.phase === 'waiting') return state.transport === null;
  return state.phase === 'ended' && state.transport !== 'socket';
}

function rest(state: PlayerState): Step {
  return [{ ...state, phase: 'waiting', transport: null, tried: [], connected: true }, [{ type: 'stop' }]];
}

function onAir(state: PlayerState, live: boolean): Step {
  if (state.mode !== 'live' || state.phase === 'ready') return [state, []];
  if (live) {
    const begins = state.phase === 'waiting' || state.phase === 'ended';
    return [begins ? { ...state, phase: 'connecting', following: true } : state, []];
  }
  if (state.phase === 'playing' && state.meeting?.state === 'ended') return [{ ...state, phase: 'ended' }, []];
  return [{ ...state, phase: 'waiting', buffering: false }, []];
}

function onTransportFailed(state: PlayerState, transport: Transport, at: number | null): Step {
  if (transport !== state.transport) return [state, []];
  // Nothing can come yet: asked for again when the meeting says that it has begun.
  if (state.mode === 'live' && state.meeting?.state === 'idle') return rest(state);
  const comeback = transport === 'socket' ? left(state.comeback) : state.comeback;
  return start({ ...state, comeback, tried: [...state.tried, transport] }, state.mode, at);
}

/** One step faster or slower; the same where there is none. */
export function speedBeside(speed: number, by: 1 | -1): number {
  return SPEEDS[SPEEDS.indexOf(speed) + by] ?? speed;
}

/** It watches the edge by HLS, and only since the socket failed. Whoever looks back is not disturbed. */
function wouldReturn(state: PlayerState): boolean {
  const { mode, phase, transport, only, tried, following, paused } = state;
  const watches = mode === 'live' && phase === 'playing' && following && !paused;
  return watches && transport !== 'socket' && only === null && tried.includes('socket');
}

function onProbed(state: PlayerState, works: boolean, nowMs: number): Step {
  if (!state.comeback.asking) return [state, []];
  const returns = works && wouldReturn(state);
  const asked = { ...state, comeback: answered(state.comeback, nowMs, returns) };
  if (!returns) return [asked, []];
  const effect: Effect = { type: 'start', transport: 'socket', mode: 'live', at: null, still: true };
  // It plays on as far as the viewer is concerned: no word and no sign of a beginning.
  return [{ ...asked, transport: 'socket', tried: [], buffering: false, connected: true }, [effect]];
}

/** The recording where a moment was asked for, else the edge. */
function startWanted(state: PlayerState): Step {
  const recorded = state.at !== null || state.meeting?.state === 'ended';
  return start(state, recorded ? 'recorded' : 'live', state.at);
}

function start(state: PlayerState, mode: Mode, at: number | null): Step {
  const transport = state.only ?? nextTransport(state.can, mode, state.tried);
  if (transport === null || state.tried.includes(transport)) {
    return fail(state, state.tried.length > 0 ? 'unplayable' : 'unsupported');
  }
  const started: PlayerState = {
    ...state,
    mode,
    transport,
    // Begun once, a moment in the address is no longer where to begin.
    at: null,
    phase: 'connecting',
    following: mode === 'live',
    paused: false,
    buffering: false,
    connected: true,
    failure: null,
    speed: mode === 'live' ? 1 : state.speed,
  };
  return [started, [{ type: 'start', transport, mode, at, still: false }]];
}

function fail(state: PlayerState, failure: Failure): Step {
  return [{ ...state, phase: 'failed', failure, transport: null }, [{ type: 'stop' }]];
}
