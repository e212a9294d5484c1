/** Everything beside the picture is as of the picture: until there is one, as of now. */

import type { MeetingState } from '../../state/meeting.js';
import { marksOf } from '../../state/marks.js';
import { agendaOf, beganAt } from '../../state/sitting.js';
import type { MeetingLine } from '../line.js';
import type { MeclisPlayer } from '../player/player.js';
import type { View } from './view.js';

/** A line that comes back at once is not worth a word. */
const OFFLINE_MS = 4_000;
/** Who watches so near to live takes what is beside the picture for news. */
const EDGE_US = 10_000_000;

export interface Followed {
  /** The number of an item to begin at, as a link says it. */
  item: string | null;
  /** Of the meeting's own texts. */
  language(): string;
  /** Once for each second of the picture, and whenever the state changes. */
  draw(view: View): void;
  /** Whether the line has been away for a while; told often. */
  offline?(is: boolean): void;
}

export function follow(line: MeetingLine, player: MeclisPlayer, to: Followed): void {
  let asked = to.item;
  let lostAt = 0;
  let heardUs = 0;
  let drawn: { state: MeetingState | null; second: number; stale: boolean } = { state: null, second: -1, stale: false };
  const draw = () => {
    const offline = lostAt > 0 && performance.now() - lostAt > OFFLINE_MS;
    if (lostAt === 0) heardUs = line.mediaUs ?? heardUs;
    const mediaUs = player.mediaTime === null ? heardUs : player.mediaTime * 1e6;
    const state = line.stateAt(mediaUs);
    const second = Math.floor(mediaUs / 1e6);
    const stale = offline && mediaUs >= heardUs - EDGE_US;
    to.offline?.(offline);
    if (!state || (state === drawn.state && second === drawn.second && stale === drawn.stale)) return;
    if (state !== drawn.state) player.marks = marksOf(line.state ?? state);
    drawn = { state, second, stale };
    to.draw({ line, player, state, mediaUs, past: !line.knowsAt(mediaUs), stale, language: to.language() });
    if (asked !== null) {
      const at = whereIs(asked, line);
      asked = null;
      if (at !== null) player.aim(at);
    }
  };
  line.addEventListener('change', () => {
    lostAt = line.status === 'lost' ? lostAt || performance.now() : 0;
    draw();
  });
  document.addEventListener('meclis-time', draw);
}

/** Where the item of that number on the agenda begins, in seconds; null where it has not been heard. */
export function whereIs(number: string, line: MeetingLine): number | null {
  const items = line.state ? agendaOf(line.state) : [];
  const item = items.find((one) => one.is.number === number) ?? items.find((one) => String(one.place) === number);
  const at = line.state && item ? beganAt(line.state, item.seq) : null;
  return at === null ? null : at / 1e6;
}
