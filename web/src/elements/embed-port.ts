/** The line between an embedded player and the page around it, by postMessage. */

import { itemAt } from '../state/sitting.js';
import { EMBED_PROTOCOL, type EmbedCommand, type EmbedRefusal, originAllowed, readEmbedCommand } from '../wire/embed-message.js';
import { whereIs } from './meeting/following.js';
import type { View } from './meeting/view.js';
import type { MeetingLine } from './line.js';
import type { MeclisPlayer } from './player/player.js';

/** Of commands; one more a second is refused by name. */
const PER_SECOND = 20;
/** Refusals too: beyond them there is silence. */
const REFUSED_PER_SECOND = 20;

export class EmbedPort {
  #player: MeclisPlayer;
  #line: MeetingLine;
  /** CSP sources: who may frame us may speak to us, nobody else. */
  #ancestors: string;
  /** Who has said hello; nothing is told to anybody else. */
  #origin: string | null = null;
  #second = 0;
  #heard = 0;
  #item: string | undefined;
  #state = '';

  constructor(player: MeclisPlayer, line: MeetingLine, ancestors: string) {
    this.#player = player;
    this.#line = line;
    this.#ancestors = ancestors;
    if (window.parent === window) return;
    window.addEventListener('message', (event) => this.#message(event));
    document.addEventListener('meclis-time', () => this.#tellTime());
    document.addEventListener('meclis-state', () => this.#tellState());
  }

  /** The meeting as of the picture. */
  show({ state, mediaUs }: View): void {
    const item = itemAt(state, mediaUs);
    const said = item ? { number: item.is.number || String(item.place), title: item.is.title } : { number: '', title: '' };
    const key = JSON.stringify(said);
    if (key === this.#item) return;
    this.#item = key;
    this.#tell({ type: 'item', ...said });
  }

  #message({ data, origin, source }: MessageEvent): void {
    if (source !== window.parent) return;
    if (!originAllowed(origin, this.#ancestors, location.origin)) return;
    const command = readEmbedCommand(data);
    if (command === null) return;
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) [this.#second, this.#heard] = [second, 0];
    this.#heard++;
    if (this.#heard > PER_SECOND + REFUSED_PER_SECOND) return;
    const refused = this.#heard > PER_SECOND ? 'too_fast' : typeof command === 'string' ? command : this.#carryOut(command, origin);
    if (refused) this.#send({ type: 'refused', code: refused }, origin);
  }

  #carryOut(command: EmbedCommand, origin: string): EmbedRefusal | null {
    const player = this.#player;
    switch (command.type) {
      case 'hello':
        this.#greet(origin);
        return null;
      case 'play':
        player.play();
        return null;
      case 'pause':
        player.pause();
        return null;
      case 'live':
        player.toLive();
        return null;
      case 'seek':
        player.aim(command.toS);
        return null;
      case 'item': {
        const at = whereIs(command.number, this.#line, player);
        if (at === null) return 'not_found';
        player.aim(at);
        return null;
      }
    }
  }

  #greet(origin: string): void {
    this.#origin = origin;
    this.#tell({ type: 'hello', meeting: this.#line.meeting });
    this.#state = '';
    this.#tellState();
    this.#tellTime();
    if (this.#item !== undefined) this.#tell({ type: 'item', ...(JSON.parse(this.#item) as object) });
  }

  #tellState(): void {
    const { phase, paused, mode, silenced, meeting } = this.#player.state;
    const muted = silenced || this.#player.video.muted;
    const said = { type: 'state', phase, paused, live: mode === 'live', muted, meeting_state: meeting?.state ?? '' };
    const key = JSON.stringify(said);
    if (key === this.#state) return;
    this.#state = key;
    this.#tell(said);
  }

  #tellTime(): void {
    const { mediaTime, behind } = this.#player;
    if (mediaTime !== null) this.#tell({ type: 'time', media_time_s: mediaTime, behind_s: behind });
  }

  #tell(said: object): void {
    if (this.#origin !== null) this.#send(said, this.#origin);
  }

  /** A page without an origin of its own can only be told as anybody; it is the one around us all the same. */
  #send(said: object, origin: string): void {
    window.parent.postMessage({ protocol: EMBED_PROTOCOL, ...said }, origin === 'null' ? '*' : origin);
  }
}
