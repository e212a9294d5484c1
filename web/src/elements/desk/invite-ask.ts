/** Somebody without a vote is heard: in a plenary only where the record says who invited them, and why. */

import type { Item, MeetingState, Person } from '../../state/meeting.js';
import { agendaOf, itemOf } from '../../state/sitting.js';
import type { DeskTexts } from '../../text/desk.js';
import { fill } from '../../text/index.js';
import { besides, itemName, personName } from './asks.js';
import type { Desk } from './desk.js';

/** Who can be invited: representatives and observers. */
export function guests(state: MeetingState): Person[] {
  return state.people.filter((one) => !one.left && (one.is.kind === 'representative' || one.is.kind === 'observer'));
}

export function askInvite(desk: Desk, state: MeetingState, text: DeskTexts): void {
  const asked = new Set(state.invitations.filter((one) => !one.item).map((one) => one.person));
  const people = [...guests(state)].sort((a, b) => Number(asked.has(a.seq)) - Number(asked.has(b.seq))); // who is invited already last
  const current = itemOf(state, state.sitting.item);
  const ahead = agendaOf(state).filter((item) => item.seq !== current?.seq && (item.state === 'waiting' || item.state === 'suspended'));
  const one = (item: Item) => ({ value: String(item.seq), label: fill(text.onItem, { what: itemName(item) }) });
  const items = [...(current ? [one(current)] : []), ...ahead.map(one), { value: '', label: text.inviteWhole }];
  desk.ask({
    name: 'invite',
    title: text.inviteTitle,
    body: [text.inviteWhat, ...invited(state, text)],
    fields: [
      { name: 'person', label: text.who, kind: 'select', value: String(people[0]?.seq ?? ''), options: people.map(labelled), required: true },
      { name: 'item', label: text.inviteOn, kind: 'select', value: items[0]?.value ?? '', options: items },
      { name: 'note', label: text.inviteNote, kind: 'area', required: true, max: 250 },
    ],
    yes: text.inviteTitle,
    send: ({ person = '', item = '', note = '' }) =>
      desk.say('floor.invite', { person: Number(person), note, ...(item !== '' && { item: Number(item) }) }, text.inviteTitle),
  });
}

function labelled(person: Person): { value: string; label: string } {
  return { value: String(person.seq), label: [person.is.name, besides(person)].filter(Boolean).join(' · ') };
}

function invited(state: MeetingState, text: DeskTexts): string[] {
  if (state.invitations.length === 0) return [];
  const names = state.invitations.map((one) => {
    const item = itemOf(state, one.item);
    return `${personName(state, one.person)} (${item ? fill(text.onItem, { what: item.is.number || item.is.title }) : text.inviteWhole})`;
  });
  return [fill(text.invitedAre, { names: names.join(', ') })];
}
