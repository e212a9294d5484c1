/**
 * One desk: its line to the meeting, what it said and has not been answered, and what it has to tell. The
 * panels listen for `change`; the dialog for `ask`.
 */

import { explains } from '../../state/desk-news.js';
import { type DeskCommand, inState, WHEN } from '../../state/desk-may.js';
import type { MeetingState } from '../../state/meeting.js';
import { type DeskTexts, deskTexts, didText } from '../../text/desk.js';
import { fill } from '../../text/index.js';
import type { Answer, CommandName } from '../../wire/events-text.js';
import type { CommandArgs } from '../../wire/meeting-types.js';
import { keep } from '../browser.js';
import { MeetingLine } from '../line.js';
import type { Question } from './ask.js';

/** Shown at the bottom: newest last, so many at most. */
const NEWS_MAX = 4;
const GOOD_NEWS_MS = 6_000;
/** A refusal is read by then, or was about something that is long past. */
const BAD_NEWS_MS = 90_000;

export interface Waiting {
  id: number;
  what: string;
  name: CommandName;
}

export interface News {
  id: number;
  text: string;
  /** Of a refusal: stays for a while, or until it is put away. */
  stays: boolean;
}

export type Tab = 'questions' | 'rollcall' | 'vote' | 'notices' | 'links';

export class Desk extends EventTarget {
  readonly line: MeetingLine;
  readonly text: DeskTexts = deskTexts(document.documentElement.lang);
  waiting: readonly Waiting[] = [];
  news: readonly News[] = [];
  tab: Tab = 'questions';
  #inHall: boolean;
  #ids = 0;
  #lost = false;

  constructor(meeting: string) {
    super();
    this.#inHall = keep.get(`meclis-in-hall-${meeting}`) === '1';
    this.line = new MeetingLine(meeting, () => this.#inHall);
    this.line.addEventListener('change', () => this.#lineChanged());
  }

  get state(): MeetingState | null {
    return this.line.state;
  }

  get inHall(): boolean {
    return this.#inHall;
  }

  set inHall(on: boolean) {
    this.#inHall = on;
    keep.set(`meclis-in-hall-${this.line.meeting}`, on ? '1' : '0');
    this.line.restart();
    this.changed();
  }

  /** Whether one may ever say it: whether its button is shown. */
  may(name: CommandName): boolean {
    return this.line.may(name);
  }

  /** Whether it would be taken as things stand: whether its button can be pressed. */
  can(name: CommandName): boolean {
    const { state } = this;
    if (!state || !this.may(name)) return false;
    return name in WHEN ? inState(name as DeskCommand, state.sitting.state) : true;
  }

  /** A command of this kind is on its way, about `what` or about anything. */
  isWaiting(name: CommandName, what?: string): boolean {
    return this.waiting.some((one) => one.name === name && (what === undefined || one.what === what));
  }

  /** Says a command. `what` is what people read of it where it waits or was refused. */
  async say<Name extends CommandName>(name: Name, args: CommandArgs[Name], what: string): Promise<Answer> {
    const id = ++this.#ids;
    const madeFor = this.state?.seq ?? 0;
    this.waiting = [...this.waiting, { id, what, name }];
    this.changed();
    const answer = await this.line.say(name, args);
    this.waiting = this.waiting.filter((one) => one.id !== id);
    this.changed();
    return answer.accepted ? answer : { ...answer, message: this.#why(name, answer, madeFor) };
  }

  /** The same, where nobody waits for the answer: a refusal is told at the bottom. */
  press<Name extends CommandName>(name: Name, args: CommandArgs[Name], what: string): void {
    void this.say(name, args, what).then((answer) => {
      if (!answer.accepted) this.tell(fill(this.text.refused, { what, why: answer.message }), true);
    });
  }

  /** What can't be undone, or needs words: asks once. */
  ask(question: Question): void {
    this.dispatchEvent(new CustomEvent<Question>('ask', { detail: question }));
  }

  show(tab: Tab): void {
    this.tab = tab;
    this.changed();
  }

  tell(text: string, stays: boolean): void {
    const id = ++this.#ids;
    this.news = [...this.news.filter((one) => one.text !== text), { id, text, stays }].slice(-NEWS_MAX);
    window.setTimeout(() => this.forget(id), stays ? BAD_NEWS_MS : GOOD_NEWS_MS);
    this.changed();
  }

  forget(id: number): void {
    const left = this.news.filter((one) => one.id !== id);
    if (left.length === this.news.length) return;
    this.news = left;
    this.changed();
  }

  changed(): void {
    this.dispatchEvent(new Event('change'));
  }

  #why(command: string, answer: Answer & { accepted: false }, madeFor: number): string {
    if (answer.code === 'busy' && answer.message === '') return this.text.busy;
    const self = this.line.you?.principal ?? '';
    const event = explains(this.line.recent, { command, code: answer.code, madeFor, self });
    if (!event) return answer.message || this.text.noReason;
    return fill(this.text.meanwhile, { what: didText(this.text, event.type) });
  }

  #lineChanged(): void {
    const lost = this.line.status === 'lost';
    if (this.#lost && this.line.status === 'open') this.tell(this.text.back, false);
    if (this.line.status !== 'opening') this.#lost = lost;
    this.changed();
  }
}
