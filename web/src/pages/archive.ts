import './page.css';
import './archive.css';
import '../elements/archive/archive.js';
import { openPage } from './common.js';

const { text } = openPage(true);
document.title = `${text.archiveTitle} · ${text.brand}`;
