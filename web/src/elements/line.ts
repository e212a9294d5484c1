/**
 * A page's line to a meeting: the events socket, the state, and who one is. One of these for a page;
 * its elements listen for `change`, which comes once for all that changed in a turn, and draw what it has.
 */

import { recent } from '../state/desk-news.js';
import { Follow } from '../state/follow.js';
import { begin, change, type MeetingState, withOwn } from '../state/meeting.js';
import type { Answer, Changes, CommandName, EventsHello, MeetingEvent } from '../wire/events-text.js';
import { EventsSocket } from '../wire/events-socket.js';
import type { CommandArgs, You } from '../wire/meeting-types.js';
import { beViewer, type Entry, enter, leave, type LeaveResult, type SessionResult } from '../wire/session.js';
import { browserClock, browserSend, browserSocket } from './browser.js';

export type LineStatus = 'opening' | 'open' | 'lost' | 'unknown';

export class MeetingLine extends EventTarget {
  readonly meeting: string;
  #socket: EventsSocket;
  #follow = new Follow();
  #own: Changes = {};
  #seen: { base: MeetingState; own: Changes; merged: MeetingState } | null = null;
  #status: LineStatus = 'opening';
  #you: You | null = null;
  #commands: ReadonlySet<string> = new Set();
  #recent: readonly MeetingEvent[] = [];
  #told = false;
  #others = 0;
  #ended = false;

  /** `inHall`: whether who is staff says that it sits in the hall. */
  constructor(meeting: string, inHall: () => boolean = () => false) {
    super();
    this.meeting = meeting;
    const address = new URL(`/ws/${encodeURIComponent(meeting)}/events`, location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    this.#socket = new EventsSocket({
      url: address.href,
      language: document.documentElement.lang,
      inHall,
      clock: browserClock,
      open: browserSocket,
      events: {
        hello: (hello) => this.#hello(hello),
        snapshot: (seq, state) => this.#snapshot(seq, state),
        events: (events, changes) => this.#events(events, changes),
        own: (_seq, state) => this.#tell(() => (this.#own = merged(this.#own, state))),
        lost: () => this.#tell(() => (this.#status = 'lost')),
        unknownMeeting: () => this.#tell(() => (this.#status = 'unknown')),
      },
    });
  }

  get status(): LineStatus {
    return this.#status;
  }

  /** Who one is; null before the first greeting. */
  get you(): You | null {
    return this.#you;
  }

  /** The newest state, with what is one's own; null before the first. */
  get state(): MeetingState | null {
    return this.#mine(this.#follow.now);
  }

  /** The same at the moment of one's own picture. */
  stateAt(mediaUs: number): MeetingState | null {
    return this.#mine(this.#follow.at(mediaUs));
  }

  /** Whether all is known of that moment, the queue too. */
  knowsAt(mediaUs: number): boolean {
    return this.#follow.knows(mediaUs);
  }

  /** When the state next differs from that at `mediaUs`; null: not yet known. */
  nextChange(mediaUs: number): number | null {
    return this.#follow.next(mediaUs);
  }

  /** The server's media time and UTC now, µs; null while there is no line. */
  get mediaUs(): number | null {
    return this.#socket.time.mediaUs(browserClock.now());
  }

  get utcUs(): number | null {
    return this.#socket.time.utcUs(browserClock.now());
  }

  /** What happened of late, oldest first. */
  get recent(): readonly MeetingEvent[] {
    return this.#recent;
  }

  /** Whether one's roles may ever say it. */
  may(name: CommandName): boolean {
    return this.#commands.has(name);
  }

  /**
   * Gives a browser without a cookie one as a viewer, unless this page keeps nothing in it, then connects; comes
   * back by itself from then on.
   */
  async open(keeps = true): Promise<void> {
    document.addEventListener('visibilitychange', this.#wake);
    window.addEventListener('online', this.#wake);
    if (keeps) await beViewer(browserSend);
    if (!this.#ended) this.#socket.open();
  }

  close(): void {
    this.#ended = true;
    document.removeEventListener('visibilitychange', this.#wake);
    window.removeEventListener('online', this.#wake);
    this.#socket.close();
  }

  /** `id` is kept by who must not say it twice across a reload; otherwise a new one. */
  say<Name extends CommandName>(name: Name, args: CommandArgs[Name], id = newId()): Promise<Answer> {
    return this.#socket.say(name, args, id);
  }

  /** Greets anew, as who and where one is now. */
  restart(): void {
    this.#socket.restart();
  }

  /** The sessions that this browser still had when one signed out here. */
  get others(): number {
    return this.#others;
  }

  async enter(entry: Entry): Promise<SessionResult> {
    const result = await enter(browserSend, entry);
    if (!result.ok) return result;
    this.#others = 0;
    this.#socket.restart();
    return result;
  }

  /** Ends the session that counts here, or all of this browser's. */
  async signOut(all = false): Promise<LeaveResult> {
    const result = await leave(browserSend, all ? null : this.meeting);
    if (!result.ok) return result;
    this.#tell(() => (this.#others = result.others));
    this.#socket.restart();
    return result;
  }

  #wake = (): void => {
    if (document.visibilityState === 'visible') this.#socket.wake();
  };

  #hello(hello: EventsHello): void {
    this.#tell(() => {
      this.#status = 'open';
      this.#you = hello.you;
      this.#commands = hello.commands;
    });
  }

  #snapshot(seq: number, state: Changes): void {
    this.#tell(() => {
      this.#own = {};
      this.#follow.begin(this.mediaUs ?? 0, begin(seq, state));
    });
  }

  #events(events: MeetingEvent[], changes: Changes | null): void {
    this.#recent = recent(this.#recent, events);
    const before = this.#follow.now;
    const last = events[events.length - 1];
    if (!before || !changes) return;
    this.#tell(() => {
      this.#follow.add(last?.mediaUs ?? this.mediaUs ?? 0, change(before, last?.seq ?? before.seq, changes));
    });
  }

  #mine(base: MeetingState | null): MeetingState | null {
    if (!base) return null;
    if (this.#seen?.base !== base || this.#seen.own !== this.#own) {
      this.#seen = { base, own: this.#own, merged: withOwn(base, this.#own) };
    }
    return this.#seen.merged;
  }

  #tell(act: () => void): void {
    act();
    if (this.#told) return;
    this.#told = true;
    queueMicrotask(() => {
      this.#told = false;
      this.dispatchEvent(new Event('change'));
    });
  }
}

/** Own things by their number: the newest word on each. */
function merged(before: Changes, told: Changes): Changes {
  const next: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(told)) {
    if (!Array.isArray(value)) continue;
    const things = value as Array<{ seq: number }>;
    const numbers = new Set(things.map((thing) => thing.seq));
    const kept = ((next[name] ?? []) as Array<{ seq: number }>).filter((thing) => !numbers.has(thing.seq));
    next[name] = [...kept, ...things];
  }
  return next as Changes;
}

/** A command's name that nobody else has. (randomUUID is only there over HTTPS.) */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
