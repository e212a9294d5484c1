import './page.css';
import './embed.css';
import '../elements/agenda-list.js';
import '../elements/player/player.js';
import type { AgendaList } from '../elements/agenda-list.js';
import { EmbedPort } from '../elements/embed-port.js';
import { MeetingLine } from '../elements/line.js';
import { follow } from '../elements/meeting/following.js';
import type { View } from '../elements/meeting/view.js';
import type { MeclisPlayer } from '../elements/player/player.js';
import { itemAt } from '../state/sitting.js';
import { type Meeting, meetingInPath } from '../wire/api.js';
import { openPage, secondsOf } from './common.js';

const { query, text, language } = openPage(false);
const id = meetingInPath(location.pathname);
const title = document.querySelector<HTMLElement>('#title');
const now = document.querySelector<HTMLElement>('#now');
const agenda = document.querySelector<AgendaList>('meclis-agenda-list');
let spoken = 'tr';

// As it was built, the page doesn't know its meeting; the server may have said it.
if (title?.dataset['text']) document.title = `${text.meetingTitle} · ${text.brand}`;
document.addEventListener('meclis-meeting', (event) => {
  const meeting = (event as CustomEvent<Meeting>).detail;
  document.title = `${meeting.title} · ${text.brand}`;
  spoken = meeting.language;
  if (agenda) agenda.language = spoken;
  if (!title) return;
  title.textContent = meeting.title;
  title.lang = meeting.language;
});

if (id === null) {
  if (title) title.textContent = text.noSuchMeeting;
} else {
  open(id);
}

function open(meeting: string): void {
  const player = document.createElement('meclis-player') as MeclisPlayer;
  player.srcMeeting = meeting;
  player.over = true;
  // On somebody else's page nothing begins unasked.
  player.autoplay = asks('autoplay');
  player.at = secondsOf(query.get('t'));
  const way = query.get('transport');
  if (way === 'socket' || way === 'native' || way === 'hlsjs') player.transport = way;
  document.querySelector('#player')?.replaceChildren(player);
  const link = document.querySelector<HTMLAnchorElement>('#open');
  if (link) {
    link.href = `/m/${meeting}?lang=${language}`;
    link.title = text.openMeeting;
  }
  const line = new MeetingLine(meeting);
  const ancestors = document.querySelector<HTMLMetaElement>('meta[name="meclis:ancestors"]')?.content ?? '';
  const port = new EmbedPort(player, line, ancestors);
  openAgenda(meeting);
  follow(line, player, {
    item: query.get('item'),
    language: () => spoken,
    draw: (view) => {
      if (agenda) agenda.view = view;
      showItem(view);
      // Who looks back goes on there; who watches live, live.
      const at = player.state.mode === 'recorded' ? `&t=${Math.floor(view.seen(view.mediaUs))}` : '';
      if (link) link.href = `/m/${meeting}?lang=${language}${at}`;
      port.show(view);
    },
  });
  void line.open(false);
}

function asks(name: string): boolean {
  return ['1', 'true', ''].includes(query.get(name) ?? '0');
}

/** Beside the picture or under it, as there is room; nothing of it is asked for before it is wanted. */
function openAgenda(meeting: string): void {
  const button = document.querySelector<HTMLButtonElement>('#agenda-button');
  const panel = document.querySelector<HTMLElement>('#agenda-panel');
  if (!button || !panel || !agenda) return;
  const show = (open: boolean) => {
    panel.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
    if (open) agenda.meeting = meeting;
  };
  button.hidden = false;
  button.addEventListener('click', () => show(panel.hidden));
  show(asks('agenda'));
}

function showItem({ state, mediaUs }: View): void {
  if (!now) return;
  const item = itemAt(state, mediaUs);
  const said = item ? `${item.is.number || item.place} ${item.is.title}` : '';
  if (now.textContent === said) return;
  now.textContent = said;
  now.lang = spoken;
}
