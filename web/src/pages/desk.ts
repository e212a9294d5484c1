import './page.css';
import './desk.css';
import '../elements/player/player.js';
import { DeskApp } from '../elements/desk/app.js';
import { Desk } from '../elements/desk/desk.js';
import { refusal } from '../elements/desk/sign-in.js';
import { meetingInPath } from '../wire/api.js';
import { openPage, takeSecret } from './common.js';

const { text } = openPage(true);
const id = meetingInPath(location.pathname);

if (id === null) {
  const placeholder = document.querySelector('#main');
  if (placeholder) placeholder.textContent = text.noSuchMeeting;
} else {
  void open(id);
}

async function open(meeting: string): Promise<void> {
  const desk = new Desk(meeting);
  document.title = `${desk.text.title} · ${text.brand}`;
  const secret = takeSecret();
  const app = new DeskApp();
  app.desk = desk;
  app.entering = secret !== null;
  document.querySelector('#main')?.replaceChildren(app);
  desk.addEventListener('change', () => {
    const title = desk.state?.sitting.title;
    if (title) document.title = `${title} · ${desk.text.title}`;
  });
  // A link opened while another page is open here arrives as a new fragment alone.
  window.addEventListener('hashchange', () => {
    const again = takeSecret();
    if (again) void exchange(desk, app, again);
  });
  if (secret) await exchange(desk, app, secret);
  await desk.line.open();
}

async function exchange(desk: Desk, app: DeskApp, link: string): Promise<void> {
  app.entering = true;
  const result = await desk.line.enter({ link });
  app.wrong = refusal(desk, result, desk.text.linkBad);
  if (app.wrong && desk.state) desk.tell(app.wrong, true);
  app.entering = false;
}
