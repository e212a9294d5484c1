/** What the desk's dialogs ask: one function for each act that needs words or can't be undone. */

import { kindOf, speakers, type SpeechKind } from '../../state/desk-floor.js';
import type { Row } from '../../state/desk-rollcall.js';
import { endOfDay, hourMinute, inMinutes, nextTime } from '../../state/desk-time.js';
import { closingVotes, decidingVote } from '../../state/desk-vote.js';
import type { FloorRequest, Item, MeetingState, Person, Question as Asked } from '../../state/meeting.js';
import { agendaOf, itemOf, personOf, turnOf } from '../../state/sitting.js';
import type { DeskTexts } from '../../text/desk.js';
import { fill } from '../../text/index.js';
import type { CommandArgs } from '../../wire/meeting-types.js';
import type { Field } from './ask.js';
import type { Desk } from './desk.js';
import { said } from './panel.js';

export function itemName(item: Item): string {
  return item.is.number ? `${item.is.number}. ${item.is.title}` : item.is.title;
}

export function personName(state: MeetingState, seq: number | undefined): string {
  return personOf(state, seq)?.is.name ?? '?';
}

/** Whom somebody speaks for. */
export function besides(person: Person | null): string {
  return person?.is.organisation ?? person?.is.group ?? person?.is.office ?? '';
}

function some(name: string, value: string): Record<string, string> {
  return value === '' ? {} : { [name]: value };
}

function people(list: readonly Person[]): Array<{ value: string; label: string }> {
  return list.map((one) => {
    const beside = besides(one);
    return { value: String(one.seq), label: beside ? `${one.is.name} (${beside})` : one.is.name };
  });
}

// ---- the sitting

export function askPause(desk: Desk, text: DeskTexts): void {
  const now = () => (desk.line.utcUs ?? Date.now() * 1000) / 1000;
  const resumes = desk.state?.sitting.resumes_utc_us;
  desk.ask({
    name: 'pause',
    title: text.pauseTitle,
    fields: [
      {
        name: 'time',
        label: text.resumesAt,
        kind: 'time',
        value: resumes ? hourMinute(resumes / 1000) : inMinutes(15, now()),
        hint: text.resumesHint,
      },
      { name: 'reason', label: text.reasonIfAny, kind: 'text', max: 200 },
    ],
    yes: text.pauseTitle,
    check: ({ time = '' }) => (time === '' || nextTime(time, now()) !== null ? null : text.badTime),
    send: ({ time = '', reason = '' }) => {
      const at = time === '' ? null : nextTime(time, now());
      return desk.say(
        'sitting.pause',
        { ...some('reason', reason), ...(at !== null && { resumes_utc_us: at * 1000 }) },
        text.pauseTitle,
      );
    },
  });
}

export function askEnd(desk: Desk, state: MeetingState, text: DeskTexts): void {
  const open = agendaOf(state).filter((item) => ['waiting', 'open', 'heard', 'suspended'].includes(item.state)).length;
  desk.ask({
    name: 'end',
    title: text.endTitle,
    body: [text.endWhat, ...(open > 0 ? [fill(text.endOpenItems, { n: String(open) })] : [])],
    yes: text.endYes,
    danger: true,
    send: () => desk.say('sitting.end', {}, text.endTitle),
  });
}

export function askClosePart(desk: Desk, state: MeetingState, text: DeskTexts): void {
  const votes = closingVotes(state);
  const byPaper = ({ by = '' }) => by === '';
  desk.ask({
    name: 'close-part',
    title: text.closeTitle,
    body: [text.closeWhat, ...(desk.inHall ? [] : [text.closeNotInHall])],
    fields: [
      {
        name: 'by',
        label: text.closeByVote,
        kind: 'select',
        value: votes.length > 0 ? String(votes.at(-1)?.seq) : '',
        options: [
          ...votes.map((vote) => ({
            value: String(vote.seq),
            label: [vote.result.decision, vote.is.subject].filter(Boolean).join(' · '),
          })),
          { value: '', label: text.closeByPaper },
        ],
      },
      { name: 'number', label: text.decisionNumber, kind: 'text', required: true, max: 39, when: byPaper },
      { name: 'document', label: text.decisionDocument, kind: 'text', required: true, when: byPaper },
      { name: 'reason', label: text.reason, kind: 'area', required: true },
    ],
    yes: text.closeYes,
    danger: true,
    send: ({ by = '', number = '', document = '', reason = '' }) =>
      desk.say(
        'part.close',
        by === '' ? { number, document, reason } : { vote: Number(by), reason },
        text.closeTitle,
      ),
  });
}

export function askOpenPart(desk: Desk, text: DeskTexts): void {
  desk.ask({
    name: 'open-part',
    title: text.openPartTitle,
    body: [text.openPartWhat],
    yes: text.openPartYes,
    danger: true,
    send: () => desk.say('part.open', {}, text.openPartTitle),
  });
}

export function askHandChair(desk: Desk, state: MeetingState, text: DeskTexts): void {
  const from = state.chairs.at(-1)?.person;
  const others = state.people.filter(
    (one) => !one.left && one.seq !== from && (one.is.kind === 'chair' || one.is.kind === 'member'),
  );
  // The deputies first, in their order.
  others.sort((a, b) => (a.is.deputy ?? 1e9) - (b.is.deputy ?? 1e9));
  desk.ask({
    name: 'hand',
    title: text.handTitle,
    fields: [
      { name: 'person', label: text.toWhom, kind: 'select', value: String(others[0]?.seq ?? ''), options: people(others), required: true },
    ],
    yes: text.handTitle,
    send: ({ person = '' }) =>
      desk.say('chair.hand', { person: Number(person), ...(from !== undefined && { from }) }, text.handTitle),
  });
}

// ---- the agenda

export function askDecide(desk: Desk, state: MeetingState, item: Item, text: DeskTexts): void {
  const vote = decidingVote(state, item.seq);
  const outcome = vote?.result.outcome;
  const verdicts = ['adopted', 'rejected', 'noted', 'returned'] as const;
  desk.ask({
    name: `decide-${item.seq}`,
    title: text.decideTitle,
    body: [itemName(item), text.decideWhat, ...(vote ? [] : [text.decideNoVote])],
    fields: [
      {
        name: 'verdict',
        label: text.verdict,
        kind: 'radio',
        value: outcome === 'adopted' || outcome === 'rejected' ? outcome : 'noted',
        options: verdicts.map((value) => ({ value, label: said(text, 'verdict_', value) })),
      },
      { name: 'note', label: text.note, kind: 'area' },
    ],
    yes: text.decideTitle,
    danger: true,
    send: ({ verdict = '', note = '' }) => {
      const by = verdict === 'adopted' || verdict === 'rejected' ? vote : null;
      return desk.say(
        'agenda.decide',
        {
          item: item.seq,
          verdict: verdict as CommandArgs['agenda.decide']['verdict'],
          ...(by && { vote: by.seq }),
          ...some('note', note),
        },
        text.decideTitle,
      );
    },
  });
}

export function askRefer(desk: Desk, item: Item, text: DeskTexts): void {
  const now = () => (desk.line.utcUs ?? Date.now() * 1000) / 1000;
  desk.ask({
    name: `refer-${item.seq}`,
    title: text.referTitle,
    body: [itemName(item)],
    fields: [
      { name: 'commission', label: text.commission, kind: 'text', required: true },
      { name: 'due', label: text.due, kind: 'date' },
    ],
    yes: text.referTitle,
    check: ({ due = '' }) => (due === '' || endOfDay(due, now()) !== null ? null : text.badDate),
    send: ({ commission = '', due = '' }) => {
      const at = due === '' ? null : endOfDay(due, now());
      return desk.say(
        'agenda.refer',
        { item: item.seq, commission, ...(at !== null && { due_utc_us: at * 1000 }) },
        text.referTitle,
      );
    },
  });
}

export function askAside(desk: Desk, item: Item, act: 'suspend' | 'withdraw', text: DeskTexts): void {
  const withdraws = act === 'withdraw';
  const title = withdraws ? text.withdrawTitle : text.suspendTitle;
  desk.ask({
    name: `${act}-${item.seq}`,
    title,
    body: [itemName(item), ...(withdraws ? [text.withdrawWhat] : [])],
    fields: [{ name: 'reason', label: text.reasonIfAny, kind: 'area' }],
    yes: title,
    danger: withdraws,
    send: ({ reason = '' }) => desk.say(`agenda.${act}`, { item: item.seq, ...some('reason', reason) }, title),
  });
}

/** Before the sitting it is on the agenda at once; in it, it is proposed, and a vote admits it. */
export function askAddItem(desk: Desk, text: DeskTexts): void {
  const name = desk.can('agenda.propose') ? 'agenda.propose' : 'agenda.add';
  desk.ask({
    name: 'add-item',
    title: text.addItemTitle,
    body: name === 'agenda.propose' ? [text.proposeHint] : [],
    fields: [
      { name: 'number', label: text.itemNumber, kind: 'text', max: 39 },
      { name: 'title', label: text.heading, kind: 'area', required: true, max: 250 },
    ],
    yes: text.addItemTitle,
    send: ({ number = '', title = '' }) =>
      desk.say(name, { kind: 'ordinary', title: title.replace(/\s+/g, ' '), ...some('number', number) }, text.addItemTitle),
  });
}

// ---- the floor

export function askDeclineFloor(desk: Desk, state: MeetingState, request: FloorRequest, text: DeskTexts): void {
  const name = personName(state, request.person);
  desk.ask({
    name: `decline-floor-${request.seq}`,
    title: text.declineFloorTitle,
    body: [`${name} · ${said(text, 'kind_', request.kind)}`, ...(request.about ? [request.about] : [])],
    fields: [{ name: 'reason', label: text.reason, kind: 'area', required: true }],
    yes: text.declineFloorTitle,
    send: ({ reason = '' }) => desk.say('floor.decline', { request: request.seq, reason }, text.declineFloorTitle),
  });
}

const KINDS: readonly SpeechKind[] = [
  'member', 'group', 'proposer', 'commission_chair', 'point_of_order', 'personal_attack', 'off_agenda', 'chair', 'representative',
];

/** Gives the floor at once, or writes somebody down who asks in the hall. */
export function askFloor(desk: Desk, state: MeetingState, act: 'give' | 'enter', text: DeskTexts): void {
  const gives = act === 'give';
  const all = speakers(state);
  const from = turnOf(state)?.seq;
  const item = state.sitting.item;
  const title = gives ? text.giveTitle : text.enterTitle;
  const first = all.find((one) => one.is.kind === 'member') ?? all[0];
  const fields: Field[] = [
    { name: 'person', label: text.who, kind: 'select', value: String(first?.seq ?? ''), options: people(all), required: true },
    {
      name: 'kind',
      label: text.asWhat,
      kind: 'select',
      value: '',
      options: [{ value: '', label: text.nobody }, ...KINDS.map((kind) => ({ value: kind, label: said(text, 'kind_', kind) }))],
    },
    gives
      ? { name: 'minutes', label: text.seconds, kind: 'number' }
      : { name: 'about', label: text.about, kind: 'text', max: 200 },
  ];
  desk.ask({
    name: act,
    title,
    fields,
    yes: title,
    check: ({ minutes = '' }) => (/^\d{0,3}$/.test(minutes) && (minutes === '' || (+minutes >= 1 && +minutes <= 120)) ? null : text.badMinutes),
    send: ({ person = '', kind = '', minutes = '', about = '' }) => {
      const who = personOf(state, Number(person));
      const as = (kind || (who && kindOf(who)) || 'member') as SpeechKind;
      const args = { person: Number(person), kind: as, ...(item !== undefined && { item }) };
      return gives
        ? desk.say(
            'floor.give',
            { ...args, ...(from !== undefined && { from }), ...(minutes !== '' && { seconds: Number(minutes) * 60 }), start: true },
            title,
          )
        : desk.say('floor.enter', { ...args, ...some('about', about) }, title);
    },
  });
}

// ---- questions

export const CATEGORIES = ['off_topic', 'insult', 'personal_data', 'duplicate', 'unclear', 'other'] as const;

export function askDeclineQuestion(desk: Desk, question: Asked, text: DeskTexts): void {
  desk.ask({
    name: `decline-question-${question.seq}`,
    title: text.declineQuestionTitle,
    body: [question.text],
    fields: [
      {
        name: 'category',
        label: text.category,
        kind: 'radio',
        value: 'off_topic',
        options: CATEGORIES.map((value) => ({ value, label: said(text, 'category_', value) })),
      },
      { name: 'reason', label: text.reason, kind: 'area', required: true, hint: text.declineHint },
    ],
    yes: text.declineQuestionTitle,
    send: ({ category = '', reason = '' }) =>
      desk.say(
        'question.decline',
        { question: question.seq, category: category as (typeof CATEGORIES)[number], reason },
        text.declineQuestionTitle,
      ),
  });
}

export function askMerge(desk: Desk, question: Asked, into: readonly Asked[], text: DeskTexts): void {
  desk.ask({
    name: `merge-${question.seq}`,
    title: text.mergeTitle,
    body: [question.text],
    fields: [
      {
        name: 'into',
        label: text.mergeInto,
        kind: 'select',
        value: String(into[0]?.seq ?? ''),
        required: true,
        options: into.map((one) => ({ value: String(one.seq), label: one.text.slice(0, 90) })),
      },
    ],
    yes: text.mergeTitle,
    send: ({ into: to = '' }) => desk.say('question.merge', { question: question.seq, into: Number(to) }, text.mergeTitle),
  });
}

export function askAnswered(desk: Desk, state: MeetingState, question: Asked, text: DeskTexts): void {
  const speaks = turnOf(state)?.person;
  desk.ask({
    name: `answered-${question.seq}`,
    title: text.answeredTitle,
    body: [question.text],
    fields: [
      {
        name: 'person',
        label: text.answeredBy,
        kind: 'select',
        value: speaks === undefined ? '' : String(speaks),
        options: [{ value: '', label: text.nobody }, ...people(state.people.filter((one) => !one.left))],
      },
      { name: 'note', label: text.note, kind: 'area' },
    ],
    yes: text.send,
    send: ({ person = '', note = '' }) =>
      desk.say(
        'question.answer',
        { question: question.seq, ...(person !== '' && { person: Number(person) }), ...some('note', note) },
        text.answeredTitle,
      ),
  });
}

// ---- roll call

export function askCloseRoll(desk: Desk, rollcall: number, rows: readonly Row[], text: DeskTexts): void {
  const silent = rows.filter((row) => !row.answered).length;
  const send = () => desk.say('rollcall.close', { rollcall }, text.rollClose);
  if (silent === 0) {
    desk.press('rollcall.close', { rollcall }, text.rollClose);
    return;
  }
  desk.ask({
    name: 'close-roll',
    title: text.rollCloseTitle,
    body: [fill(text.rollCloseWhat, { n: String(silent) })],
    yes: text.rollClose,
    send,
  });
}

// ---- what else is on

export function askStop(desk: Desk, text: DeskTexts): void {
  desk.ask({
    name: 'stop',
    title: text.stopTitle,
    body: [text.stopWhat],
    yes: text.stopYes,
    danger: true,
    send: () => desk.say('broadcast.stop', {}, text.stopTitle),
  });
}

export function askRecordStop(desk: Desk, text: DeskTexts): void {
  desk.ask({
    name: 'record-stop',
    title: text.recordStopTitle,
    body: [text.recordStopWhat],
    yes: text.stopYes,
    danger: true,
    send: () => desk.say('recording.request', { on: false }, text.recordStopTitle),
  });
}

export function askPoll(desk: Desk, state: MeetingState, text: DeskTexts): void {
  const item = itemOf(state, state.sitting.item);
  const lines = (choices: string) => choices.split('\n').map((line) => line.trim()).filter(Boolean);
  desk.ask({
    name: 'poll',
    title: text.pollOpenTitle,
    body: [text.pollHint],
    fields: [
      { name: 'question', label: text.pollQuestion, kind: 'text', required: true, max: 200 },
      { name: 'choices', label: text.pollChoices, kind: 'area', required: true },
    ],
    yes: text.pollOpenTitle,
    check: ({ choices = '' }) => (lines(choices).length >= 2 && lines(choices).length <= 8 ? null : text.badChoices),
    send: ({ question = '', choices = '' }) =>
      desk.say(
        'poll.open',
        { question, choices: lines(choices).map((line) => ({ text: line })), ...(item && { item: item.seq }) },
        text.pollOpenTitle,
      ),
  });
}
