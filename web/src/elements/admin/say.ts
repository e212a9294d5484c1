/** What to say of a refusal, in the reader's language; '' where it went well. */

import type { AdminTexts } from '../../text/admin.js';
import type { Failure } from '../../wire/session.js';

export function refused(result: { ok: true } | Failure, text: AdminTexts, unauthorized = ''): string {
  if (result.ok) return '';
  if (result.code === 'unauthorized' && unauthorized !== '') return unauthorized;
  const said = result.message === '' ? text.unreachable : result.message;
  return result.retryAfterS === null ? said : `${said} ${text.tryIn(result.retryAfterS)}`;
}
