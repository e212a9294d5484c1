import './page.css';
import '../elements/agenda-list.js';
import '../elements/player/player.js';
import type { AgendaList } from '../elements/agenda-list.js';
import { stateBadge } from '../elements/meeting-list.js';
import type { MeclisPlayer } from '../elements/player/player.js';
import { nothing, render } from 'lit';
import type { PlayerState } from '../state/player.js';
import { type Meeting, meetingInPath } from '../wire/api.js';
import { openPage, secondsOf } from './common.js';

const { query, text } = openPage(true);
const id = meetingInPath(location.pathname);
const title = document.querySelector<HTMLElement>('#title');
const state = document.querySelector<HTMLElement>('#state');

document.title = `${text.meetingTitle} · ${text.brand}`;
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
  if (state) render(connected ? stateBadge(meeting.state, text) : nothing, state);
}

function nothingHere(): void {
  document.title = `${text.noSuchMeeting} · ${text.brand}`;
  if (title) title.textContent = text.noSuchMeeting;
  for (const rest of document.querySelectorAll('.side-part, details, .foot')) rest.remove();
  const hint = document.createElement('p');
  hint.textContent = text.noSuchMeetingHint;
  const home = document.createElement('a');
  home.href = '/';
  home.textContent = text.goHome;
  document.querySelector('#player')?.replaceChildren();
  document.querySelector('#state')?.replaceChildren(hint, home);
}
