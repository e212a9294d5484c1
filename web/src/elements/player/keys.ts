/** The player's keys, heard only while the focus is in it. */

import type { ViewActions } from './view.js';

export type KeyActions = Pick<
  ViewActions,
  'playOrPause' | 'mute' | 'fullScreen' | 'back' | 'forward' | 'toLive' | 'settings' | 'go'
> & { louder(by: number): void; faster(by: 1 | -1): void };

const VOLUME_STEP = 0.1;

/** Returns whether the key was the player's. "c" is kept free for captions. */
export function onKey(event: KeyboardEvent, actions: KeyActions): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
  const target = event.composedPath()[0];
  // A list of choices goes by its letters and arrows.
  if (target instanceof HTMLSelectElement && event.key !== 'Escape') return false;
  const inField = target instanceof HTMLInputElement;
  const onButton = target instanceof HTMLButtonElement;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // A slider's arrows, a checkbox's and a button's space are their own.
  if (inField && (key.startsWith('Arrow') || key === ' ')) return false;
  if (onButton && (key === ' ' || key === 'Enter')) return false;
  const act: Record<string, () => void> = {
    ' ': actions.playOrPause,
    k: actions.playOrPause,
    m: actions.mute,
    f: actions.fullScreen,
    l: actions.toLive,
    ArrowLeft: actions.back,
    ArrowRight: actions.forward,
    ArrowUp: () => actions.louder(VOLUME_STEP),
    ArrowDown: () => actions.louder(-VOLUME_STEP),
    n: () => actions.go(event.shiftKey ? 'speaker' : 'item', 1),
    p: () => actions.go(event.shiftKey ? 'speaker' : 'item', -1),
    '<': () => actions.faster(-1),
    '>': () => actions.faster(1),
    Escape: () => actions.settings(false),
  };
  const chosen = act[key];
  if (chosen === undefined) return false;
  chosen();
  return true;
}
