/** Keeps the screen on while somebody waits for the floor or has it. Where a browser can't, it sleeps. */
export class Awake {
  #lock: WakeLockSentinel | null = null;
  #wanted = false;

  constructor() {
    // A page that was hidden has lost it.
    document.addEventListener('visibilitychange', () => {
      if (this.#wanted && document.visibilityState === 'visible') void this.#take();
    });
  }

  keep(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    void this.#take();
  }

  rest(): void {
    this.#wanted = false;
    void this.#lock?.release().catch(() => undefined);
    this.#lock = null;
  }

  async #take(): Promise<void> {
    try {
      this.#lock = (await navigator.wakeLock?.request('screen')) ?? null;
    } catch {
      // A low battery, or the person's own setting: theirs to decide.
    }
  }
}
