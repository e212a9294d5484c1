import './page.css';
import './admin.css';
import '../elements/admin/app.js';
import { openPage, takeSecret } from './common.js';

const { text } = openPage(true);
document.title = `${text.adminTitle} · ${text.brand}`;
const app = document.querySelector('meclis-admin');
if (app) void app.open(takeSecret());
