import './page.css';
import './press.css';
import { MeetingLine } from '../elements/line.js';
import { PressPage, words } from '../elements/press/app.js';
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
  const page = new PressPage();
  page.line = line;
  main?.replaceChildren(page);
  void line.open();
}
