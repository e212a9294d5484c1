/** What the lock screen, the headset and the keyboard's media keys show and do. */

export interface SessionActions {
  play(): void;
  pause(): void;
  back(): void;
  forward(): void;
}

const ACTIONS: MediaSessionAction[] = ['play', 'pause', 'stop', 'seekbackward', 'seekforward'];

export function openSession(actions: SessionActions): () => void {
  if (!('mediaSession' in navigator)) return () => {};
  const on: Partial<Record<MediaSessionAction, () => void>> = {
    play: () => actions.play(),
    pause: () => actions.pause(),
    stop: () => actions.pause(),
    seekbackward: () => actions.back(),
    seekforward: () => actions.forward(),
  };
  for (const action of ACTIONS) setHandler(action, on[action] ?? null);
  return () => {
    for (const action of ACTIONS) setHandler(action, null);
    navigator.mediaSession.metadata = null;
  };
}

export function describeSession(title: string, artist: string, paused: boolean): void {
  if (!('mediaSession' in navigator)) return;
  navigator.mediaSession.metadata = new MediaMetadata({ title, artist });
  navigator.mediaSession.playbackState = paused ? 'paused' : 'playing';
}

function setHandler(action: MediaSessionAction, handler: (() => void) | null): void {
  try {
    navigator.mediaSession.setActionHandler(action, handler);
  } catch {
    // An action that this browser doesn't know.
  }
}
