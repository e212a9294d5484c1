import './page.css';
import '../elements/agenda-list.js';
import '../elements/player/player.js';
import type { AgendaList } from '../elements/agenda-list.js';
import { stateBadge } from '../elements/meeting-list.js';
import type { MeclisPlayer } from '../elements/player/player.js';
import { render } from 'lit';
import { type Meeting, meetingInPath } from '../wire/api.js';
import { openPage, secondsOf } from './common.js';

const { query, text } = openPage(true);
const id = meetingInPath(location.pathname);
const title = document.querySelector<HTMLElement>('#title');
const state = document.querySelector<HTMLElement>('#state');

document.title = `${text.meetingTitle} · ${text.brand}`;
document.addEventListener('meclis-meeting', (event) => show((event as CustomEvent<Meeting>).detail));
document.addEventListener('meclis-state', (event) => {
  const { failure } = (event as CustomEvent<{ failure: string | null }>).detail;
  if (failure === 'unknown-meeting') nothingHere();
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
  if (state) render(stateBadge(meeting.state, text), state);
  const list = document.querySelector<AgendaList>('meclis-agenda-list');
  if (list) list.language = meeting.language;
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
