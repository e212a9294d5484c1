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
import { follow } from '../elements/meeting/following.js';
import type { Panel } from '../elements/meeting/panel.js';
import type { MeclisPlayer } from '../elements/player/player.js';
import { nothing, render } from 'lit';
import type { PlayerState } from '../state/player.js';
import { type Meeting, meetingInPath } from '../wire/api.js';
import { openPage, secondsOf } from './common.js';

const { query, text } = openPage(true);
const id = meetingInPath(location.pathname);
const title = document.querySelector<HTMLElement>('#title');
const state = document.querySelector<HTMLElement>('#state');

// As it was built, the page doesn't know its meeting; the server may have said it.
if (title?.dataset['text']) document.title = `${text.meetingTitle} · ${text.brand}`;
const facts = document.querySelector('#facts');
for (const time of facts?.querySelectorAll('time') ?? []) {
  time.textContent = dayAndTime(Date.parse(time.dateTime) * 1000);
  time.lang = document.documentElement.lang;
}
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
  const line = new MeetingLine(meetingId);
  const panels = document.querySelectorAll<Panel>('[data-panel]');
  const standing = document.querySelector<HTMLElement & { offline: boolean }>('meclis-standing');
  follow(line, player, {
    item: query.get('item'),
    language: () => meeting?.language ?? 'tr',
    draw: (view) => {
      for (const panel of panels) panel.view = view;
    },
    offline: (is) => {
      if (standing) standing.offline = is;
    },
  });
  void line.open();
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
