/**
 * When a command makes sense: the server's own table of states (tests/unit/meeting/roles.txt, which a test
 * compares), so that the desk offers only what would be taken. Who may say it the server tells. Pure.
 */

import type { CommandName } from '../wire/events-text.js';
import type { Singles } from '../wire/meeting-types.js';

export type SittingState = Singles['sitting']['state'];

/** As the server's table names its columns: draft, announced, live, closed, break, ended. */
const COLUMNS: readonly SittingState[] = ['draft', 'announced', 'live', 'closed', 'break', 'ended'];

/** A letter for each state in which the desk may say it, a dash for the others. */
export const WHEN = {
  'agenda.add': 'xx----',
  'agenda.advance': '--x---',
  'agenda.carry': 'xxx-x-',
  'agenda.decide': '--x---',
  'agenda.join': 'xxx-x-',
  'agenda.leave': '--x---',
  'agenda.move': 'xxx-x-',
  'agenda.propose': '--x---',
  'agenda.admit': '--x---',
  'agenda.refer': '--x---',
  'agenda.suspend': '--x---',
  'agenda.take': '--x---',
  'agenda.withdraw': 'xxx-x-',
  'broadcast.start': '-xxxx-',
  'broadcast.stop': 'xxxxxx',
  'chair.hand': '-xxxx-',
  'floor.close': '--xx--',
  'floor.decline': '--xxx-',
  'floor.end': '--xxx-',
  'floor.enter': '--xxx-',
  'floor.extend': '--xx--',
  'floor.give': '--xx--',
  'floor.grant': '--xx--',
  'floor.invite': 'xxx-x-',
  'floor.pause': '--xx--',
  'floor.reopen': '--xx--',
  'floor.reorder': '--xxx-',
  'floor.start': '--xx--',
  'floor.warn': '--xx--',
  'motion.submit': '--xx--',
  'notice.clear': 'xxxxxx',
  'notice.post': 'xxxxxx',
  'part.close': '--x---',
  'part.open': '---x--',
  'poll.close': '-xx-xx',
  'poll.open': '-xx-x-',
  'programme.layout': 'xxxxxx',
  'programme.mute': 'xxxxxx',
  'programme.slate': 'xxxxxx',
  'question.answer': '--x-xx',
  'question.approve': '-xx-xx',
  'question.asking': 'xxx-x-',
  'question.decline': '-xx-xx',
  'question.merge': '-xx-xx',
  'question.pin': '-xx-x-',
  'question.put': '--x---',
  'recording.request': 'xxxxxx',
  'rollcall.answer': '-xxx--',
  'rollcall.close': '-xxx--',
  'rollcall.open': '-xxx--',
  'attendance.mark': '-xxxx-',
  'sitting.announce': 'x-----',
  'sitting.end': '--x-x-',
  'sitting.open': '-x----',
  'sitting.pause': '--xxx-',
  'sitting.resume': '----x-',
  'source.select': 'xxxxxx',
  'vote.cancel': '--xx--',
  'vote.cast': '--xx--',
  'vote.close': '--xx--',
  'vote.correct': '--xxxx',
  'vote.count': '--xx--',
  'vote.dissent': '--xxxx',
  'vote.lot': '--xx--',
  'vote.open': '--xx--',
  'vote.repeat': '--xx--',
} as const satisfies Partial<Record<CommandName, string>>;

export type DeskCommand = keyof typeof WHEN;

export function inState(name: DeskCommand, state: SittingState): boolean {
  return WHEN[name][COLUMNS.indexOf(state)] === 'x';
}
