import './page.css';
import '../elements/meeting-list.js';
import { openPage } from './common.js';

const { text } = openPage(true);
document.title = `${text.homeTitle} · ${text.brand}`;
