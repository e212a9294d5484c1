/** What the lock screen, the headset and the keyboard's media keys show and do. */

import type { Span } from '../../state/chase.js';

export interface SessionActions {
  play(): void;
  pause(): void;
  back(): void;
  forward(): void;
  /** Seconds from the recording's beginning. */
  to(at: number): void;
  /** To the next item, or the one before. */
  item(way: 1 | -1): void;
}

type Handlers = Partial<Record<MediaSessionAction, MediaSessionActionHandler>>;

export function openSession(actions: SessionActions): () => void {
  if (!('mediaSession' in navigator)) return () => {};
  const on: Handlers = {
    play: () => actions.play(),
    pause: () => actions.pause(),
    stop: () => actions.pause(),
    seekbackward: () => actions.back(),
    seekforward: () => actions.forward(),
    seekto: ({ seekTime }) => {
      if (seekTime !== undefined && seekTime !== null) actions.to(seekTime);
    },
    previoustrack: () => actions.item(-1),
    nexttrack: () => actions.item(1),
  };
  const names = Object.keys(on) as MediaSessionAction[];
  for (const name of names) setHandler(name, on[name] ?? null);
  return () => {
    for (const name of names) setHandler(name, null);
    navigator.mediaSession.metadata = null;
  };
}

export interface Described {
  title: string;
  /** The meeting, where the title is what it is about. */
  album: string;
  artist: string;
}

export function describeSession(what: Described, paused: boolean): void {
  if (!('mediaSession' in navigator)) return;
  const { metadata } = navigator.mediaSession;
  // Told anew it would flicker on a lock screen.
  if (metadata?.title !== what.title || metadata.album !== what.album) navigator.mediaSession.metadata = new MediaMetadata({ ...what });
  navigator.mediaSession.playbackState = paused ? 'paused' : 'playing';
}

/** Where in the recording it is; `span` null: it has no beginning and no end. */
export function placeSession(span: Span | null, at: number | null, speed: number): void {
  if (!('mediaSession' in navigator) || !('setPositionState' in navigator.mediaSession)) return;
  if (span === null || at === null || span.end <= span.start) return navigator.mediaSession.setPositionState();
  const duration = span.end - span.start;
  const position = Math.min(Math.max(0, at - span.start), duration);
  navigator.mediaSession.setPositionState({ duration, position, playbackRate: speed });
}

function setHandler(action: MediaSessionAction, handler: MediaSessionActionHandler | null): void {
  try {
    navigator.mediaSession.setActionHandler(action, handler);
  } catch {
    // An action that this browser doesn't know.
  }
}
