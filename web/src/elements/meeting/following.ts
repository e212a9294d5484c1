/** Everything beside the picture is as of the picture: until there is one, as of now. */

import type { MeetingState } from '../../state/meeting.js';
import { seenUs, takenUs } from '../../state/late.js';
import { marksOf } from '../../state/marks.js';
import { agendaOf, beganAt } from '../../state/sitting.js';
import type { Lateness } from '../../wire/api.js';
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
  let drawn: { state: MeetingState | null; late: string; second: number; stale: boolean } = { state: null, late: '', second: -1, stale: false };
  const seen = (us: number) => seenUs(latenessOf(player), us) / 1e6;
  const draw = () => {
    const offline = lostAt > 0 && performance.now() - lostAt > OFFLINE_MS;
    if (lostAt === 0) heardUs = line.mediaUs ?? heardUs;
    const mediaUs = player.mediaTime === null ? heardUs : takenUs(latenessOf(player), player.mediaTime * 1e6);
    const late = JSON.stringify(latenessOf(player));
    const state = line.stateAt(mediaUs);
    const second = Math.floor(mediaUs / 1e6);
    const stale = offline && mediaUs >= heardUs - EDGE_US;
    to.offline?.(offline);
    // Where it is seen is known once the player knows of the meeting.
    if (state && asked !== null && player.state.meeting) {
      const at = whereIs(asked, line, player);
      asked = null;
      if (at !== null) player.aim(at);
    }
    if (!state || (state === drawn.state && late === drawn.late && second === drawn.second && stale === drawn.stale)) return;
    if (state !== drawn.state || late !== drawn.late) {
      const marks = marksOf(line.state ?? state);
      player.marks = marks.map((mark) => ({ ...mark, at: seen(mark.at * 1e6), until: seen(mark.until * 1e6) }));
    }
    drawn = { state, late, second, stale };
    to.draw({ line, player, state, mediaUs, seen, past: !line.knowsAt(mediaUs), stale, language: to.language() });
  };
  line.addEventListener('change', () => {
    lostAt = line.status === 'lost' ? lostAt || performance.now() : 0;
    draw();
  });
  document.addEventListener('meclis-time', draw);
  document.addEventListener('meclis-state', draw);
}

function latenessOf(player: MeclisPlayer): readonly Lateness[] {
  return player.state.meeting?.late ?? [];
}

/** Where the item of that number on the agenda begins, in seconds; null where it has not been heard. */
export function whereIs(number: string, line: MeetingLine, player: MeclisPlayer): number | null {
  const items = line.state ? agendaOf(line.state) : [];
  const item = items.find((one) => one.is.number === number) ?? items.find((one) => String(one.place) === number);
  const at = line.state && item ? beganAt(line.state, item.seq) : null;
  return at === null ? null : seenUs(latenessOf(player), at) / 1e6;
}
