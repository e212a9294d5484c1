import './page.css';
import '../elements/player/player.js';
import type { MeclisPlayer } from '../elements/player/player.js';
import { type Meeting, meetingInPath } from '../wire/api.js';
import { openPage, secondsOf } from './common.js';

const { query, text, language } = openPage(false);
const id = meetingInPath(location.pathname);
const title = document.querySelector<HTMLElement>('#title');

// As it was built, the page doesn't know its meeting; the server may have said it.
if (title?.dataset['text']) document.title = `${text.meetingTitle} · ${text.brand}`;
document.addEventListener('meclis-meeting', (event) => {
  const meeting = (event as CustomEvent<Meeting>).detail;
  document.title = `${meeting.title} · ${text.brand}`;
  if (!title) return;
  title.textContent = meeting.title;
  title.lang = meeting.language;
});

if (id === null) {
  if (title) title.textContent = text.noSuchMeeting;
} else {
  const player = document.createElement('meclis-player') as MeclisPlayer;
  player.srcMeeting = id;
  player.over = true;
  // On somebody else's page nothing begins unasked.
  player.autoplay = ['1', 'true', ''].includes(query.get('autoplay') ?? '0');
  player.at = secondsOf(query.get('t'));
  const way = query.get('transport');
  if (way === 'socket' || way === 'native' || way === 'hlsjs') player.transport = way;
  document.querySelector('#player')?.replaceChildren(player);
  const link = document.querySelector<HTMLAnchorElement>('#open');
  if (link) {
    link.href = `/m/${id}?lang=${language}`;
    link.title = text.openMeeting;
  }
}
