import './page.css';
import './meeting.css';
import '../elements/agenda-list.js';
import '../elements/meeting/announcer.js';
import '../elements/meeting/floor.js';
import '../elements/meeting/polls.js';
import '../elements/meeting/questions.js';
import '../elements/meeting/share.js';
import '../elements/meeting/standing.js';
import '../elements/meeting/votes.js';
import '../elements/player/player.js';
import type { AgendaList } from '../elements/agenda-list.js';
import { MeetingLine } from '../elements/line.js';
import { stateBadge } from '../elements/meeting-list.js';
import { dayAndTime } from '../elements/meeting/view.js';
import type { Panel } from '../elements/meeting/panel.js';
import type { MeclisPlayer } from '../elements/player/player.js';
import { nothing, render } from 'lit';
import type { MeetingState } from '../state/meeting.js';
import type { PlayerState } from '../state/player.js';
import { agendaOf, beganAt } from '../state/sitting.js';
import { type Meeting, meetingInPath } from '../wire/api.js';
import { openPage, secondsOf } from './common.js';

/** A line that comes back at once is not worth a word. */
const OFFLINE_MS = 4_000;
/** Who watches so near to live takes what is beside the picture for news. */
const EDGE_US = 10_000_000;

const { query, text } = openPage(true);
const id = meetingInPath(location.pathname);
const title = document.querySelector<HTMLElement>('#title');
const state = document.querySelector<HTMLElement>('#state');

// As it was built, the page doesn't know its meeting; the server may have said it.
if (title?.dataset['text']) document.title = `${text.meetingTitle} · ${text.brand}`;
const facts = document.querySelector('#facts');
for (const time of facts?.querySelectorAll('time') ?? []) time.textContent = dayAndTime(Date.parse(time.dateTime) * 1000);
let meeting: Meeting | null = null;
let connected = true;

document.addEventListener('meclis-meeting', (event) => {
  meeting = (event as CustomEvent<Meeting>).detail;
  show(meeting);
});
document.addEventListener('meclis-state', (event) => {
  const { detail } = event as CustomEvent<PlayerState>;
  connected = detail.connected;
  if (detail.failure === 'unknown-meeting') nothingHere();
  else if (meeting) showState(meeting);
});

if (id === null) nothingHere();
else open(id);

function open(meetingId: string): void {
  const player = document.createElement('meclis-player') as MeclisPlayer;
  player.srcMeeting = meetingId;
  player.autoplay = true;
  player.remembers = true;
  player.at = secondsOf(query.get('t'));
  const way = query.get('transport');
  if (way === 'socket' || way === 'native' || way === 'hlsjs') player.transport = way;
  document.querySelector('#player')?.replaceChildren(player);
  const list = document.querySelector<AgendaList>('meclis-agenda-list');
  if (list) list.meeting = meetingId;
  follow(new MeetingLine(meetingId), player);
}

/** Everything beside the picture is as of the picture: until there is one, as of now. */
function follow(line: MeetingLine, player: MeclisPlayer): void {
  const panels = document.querySelectorAll<Panel>('[data-panel]');
  let asked = query.get('item');
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
    const standing = document.querySelector<HTMLElement & { offline: boolean }>('meclis-standing');
    if (standing) standing.offline = offline;
    if (!state || (state === drawn.state && second === drawn.second && stale === drawn.stale)) return;
    drawn = { state, second, stale };
    const view = { line, player, state, mediaUs, past: !line.knowsAt(mediaUs), stale, language: meeting?.language ?? 'tr' };
    for (const panel of panels) panel.view = view;
    if (asked !== null) {
      const at = whereIs(asked, line);
      asked = null;
      if (at !== null) player.seek(at);
    }
  };
  line.addEventListener('change', () => {
    lostAt = line.status === 'lost' ? lostAt || performance.now() : 0;
    draw();
  });
  document.addEventListener('meclis-time', draw);
  void line.open();
}

/** Where the item of that number on the agenda begins, in seconds; null where it has not been heard. */
function whereIs(number: string, line: MeetingLine): number | null {
  const items = line.state ? agendaOf(line.state) : [];
  const item = items.find((one) => one.is.number === number) ?? items.find((one) => String(one.place) === number);
  const at = line.state && item ? beganAt(line.state, item.seq) : null;
  return at === null ? null : at / 1e6;
}

function show(meeting: Meeting): void {
  document.title = `${meeting.title} · ${text.brand}`;
  if (title) {
    title.textContent = meeting.title;
    title.lang = meeting.language;
  }
  showState(meeting);
  const list = document.querySelector<AgendaList>('meclis-agenda-list');
  if (list) list.language = meeting.language;
}

/** What nobody renews must not look live. */
function showState(meeting: Meeting): void {
  document.querySelector('#facts-state')?.remove(); // said once; from now on by the badge
  if (state) render(connected ? stateBadge(meeting.state, text) : nothing, state);
}

function nothingHere(): void {
  document.title = `${text.noSuchMeeting} · ${text.brand}`;
  facts?.remove();
  if (title) title.textContent = text.noSuchMeeting;
  for (const rest of document.querySelectorAll('.side-part, details, .foot, [data-panel]')) rest.remove();
  const hint = document.createElement('p');
  hint.textContent = text.noSuchMeetingHint;
  const home = document.createElement('a');
  home.href = '/';
  home.textContent = text.goHome;
  document.querySelector('#player')?.replaceChildren();
  document.querySelector('#state')?.replaceChildren(hint, home);
}
