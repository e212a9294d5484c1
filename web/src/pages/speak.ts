import './page.css';
import './speak.css';
import { MeetingLine } from '../elements/line.js';
import { SpeakApp, words } from '../elements/speak/app.js';
import { meetingInPath } from '../wire/api.js';
import { openPage, takeSecret } from './common.js';

const { text } = openPage(true);
const id = meetingInPath(location.pathname);
document.title = `${words().title} · ${text.brand}`;

if (id === null) {
  const main = document.querySelector('#main');
  if (main) main.textContent = text.noSuchMeeting;
} else {
  void open(id);
}

async function open(meeting: string): Promise<void> {
  const line = new MeetingLine(meeting);
  const app = new SpeakApp();
  app.line = line;
  document.querySelector('#main')?.replaceChildren(app);
  // A link opened while the page is open here arrives as a new fragment alone.
  window.addEventListener('hashchange', () => {
    const secret = takeSecret();
    if (secret !== null) void app.enter({ link: secret });
  });
  const secret = takeSecret();
  if (secret !== null) await app.enter({ link: secret });
  await line.open();
}
