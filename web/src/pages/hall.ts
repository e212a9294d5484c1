import './page.css';
import './hall.css';
import { HallScreen, words } from '../elements/hall/app.js';
import { MeetingLine } from '../elements/line.js';
import { meetingInPath } from '../wire/api.js';
import { openPage } from './common.js';

const { text } = openPage(true);
const id = meetingInPath(location.pathname);
document.title = `${words().title} · ${text.brand}`;

const main = document.querySelector('#main');
if (id === null) {
  if (main) main.textContent = text.noSuchMeeting;
} else {
  const line = new MeetingLine(id);
  const screen = new HallScreen();
  screen.line = line;
  main?.replaceChildren(screen);
  void line.open();
}
