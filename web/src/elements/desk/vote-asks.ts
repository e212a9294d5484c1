/** What the desk asks about votes: one function for each act. */

import { voters } from '../../state/desk-rollcall.js';
import { count, type Counts, isTie, type Choice, voteRows } from '../../state/desk-vote.js';
import type { MeetingState, Vote } from '../../state/meeting.js';
import { agendaOf, itemOf } from '../../state/sitting.js';
import type { DeskTexts } from '../../text/desk.js';
import { fill } from '../../text/index.js';
import type { CommandArgs } from '../../wire/meeting-types.js';
import type { Field, Values } from './ask.js';
import { itemName } from './asks.js';
import type { Desk } from './desk.js';
import { said } from './panel.js';

type Method = CommandArgs['vote.open']['method'];
type Majority = CommandArgs['vote.open']['majority'];
type MotionKind = CommandArgs['motion.submit']['kind'];

const METHODS: readonly Method[] = ['hands', 'roll_call', 'secret_paper', 'secret_electronic'];
const MAJORITIES: readonly Majority[] = ['ordinary', 'full', 'two_thirds', 'three_quarters', 'relative'];
const MOTIONS: readonly MotionKind[] = ['proposal', 'amendment', 'add_item', 'close_debate', 'close_part', 'other'];
const SUBJECT_MAX = 250;

/** The rule that holds, by its newest word. */
function allows(state: MeetingState, rule: string): boolean {
  return (state.rules.filter((one) => one.rule === rule).at(-1)?.number ?? 0) > 0;
}

/** What a vote can be on: the current item first, then open motions, then the others of the agenda. */
function subjects(state: MeetingState, text: DeskTexts): Array<{ value: string; label: string }> {
  const current = itemOf(state, state.sitting.item);
  const items = agendaOf(state).filter((item) => item.seq !== current?.seq && item.state !== 'decided' && item.state !== 'withdrawn');
  const proposed = state.items.filter((item) => item.state === 'proposed');
  const one = (item: MeetingState['items'][number]) => ({ value: `item-${item.seq}`, label: fill(text.onItem, { what: itemName(item) }) });
  return [
    ...(current ? [one(current)] : []),
    ...state.motions
      .filter((motion) => motion.state === 'open')
      .map((motion) => ({ value: `motion-${motion.seq}`, label: fill(text.onMotion, { what: motion.is.title }) })),
    ...[...items, ...proposed].map(one),
    { value: '', label: text.onNothing },
  ];
}

export function askOpenVote(desk: Desk, state: MeetingState, text: DeskTexts): void {
  const on = subjects(state, text);
  const current = itemOf(state, state.sitting.item);
  const methods = METHODS.filter((method) => method !== 'secret_electronic' || allows(state, 'electronic_secret'));
  desk.ask({
    name: `vote-${state.sitting.item ?? 0}`,
    title: text.voteOpenTitle,
    fields: [
      { name: 'on', label: text.onWhat, kind: 'select', value: on[0]?.value ?? '', options: on },
      { name: 'subject', label: text.subject, kind: 'area', required: true, max: SUBJECT_MAX, value: current?.is.title ?? '' },
      { name: 'method', label: text.method, kind: 'radio', value: 'hands', options: methods.map((value) => ({ value, label: said(text, 'method_', value) })) },
      {
        name: 'majority',
        label: text.majority,
        kind: 'select',
        value: 'ordinary',
        options: MAJORITIES.map((value) => ({ value, label: said(text, 'majority_', value) })),
      },
      { name: 'numbered', label: text.numbered, kind: 'check', value: '1' },
    ],
    yes: text.voteOpenTitle,
    send: ({ on: what = '', subject = '', method = '', majority = '', numbered = '' }) => {
      const [kind, seq] = what.split('-');
      return desk.say(
        'vote.open',
        {
          subject: subject.replace(/\s+/g, ' '),
          method: method as Method,
          majority: majority as Majority,
          numbered: numbered === '1',
          ...(kind === 'item' && { item: Number(seq) }),
          ...(kind === 'motion' && { motion: Number(seq) }),
        },
        text.voteOpenTitle,
      );
    },
  });
}

/** Saves the counts where they are entered here, then closes; a tie asks for the chair's side. */
export function askCloseVote(desk: Desk, vote: Vote, counts: Counts, missing: number, text: DeskTexts): void {
  const n = (value: number | undefined) => String(value ?? 0);
  const tie = isTie(vote, counts);
  const enters = vote.is.method === 'hands' || vote.is.method === 'secret_paper';
  desk.ask({
    name: `close-vote-${vote.seq}`,
    title: text.closeVoteTitle,
    body: [
      vote.is.subject,
      fill(text.closeVoteWhat, { for: n(counts.in_favour), against: n(counts.against), abstain: n(counts.abstain) }),
      ...(counts.invalid ? [fill(text.closeVoteInvalid, { n: n(counts.invalid) })] : []),
      ...(missing > 0 ? [fill(text.missing, { n: String(missing) })] : []),
      ...(tie ? [fill(text.tieWhat, { n: n(counts.in_favour) })] : []),
    ],
    fields: tie
      ? [
          {
            name: 'side',
            label: text.chairSide,
            kind: 'radio',
            required: true,
            options: sides(text),
          },
        ]
      : [],
    yes: text.closeVoteTitle,
    danger: true,
    send: async ({ side = '' }) => {
      if (enters) {
        const counted = await desk.say('vote.count', { vote: vote.seq, counts }, text.closeVoteTitle);
        if (!counted.accepted) return counted;
      }
      return desk.say('vote.close', { vote: vote.seq, ...(side && { chair_side: side as Choice }) }, text.closeVoteTitle);
    },
  });
}

/** The box of an electronic ballot is opened by the server; nobody knows the counts before. */
export function askCloseBallot(desk: Desk, vote: Vote, voted: number, missing: number, text: DeskTexts): void {
  desk.ask({
    name: `close-vote-${vote.seq}`,
    title: text.closeVoteTitle,
    body: [
      vote.is.subject,
      fill(text.closeBallotWhat, { n: String(voted) }),
      ...(missing > 0 ? [fill(text.missing, { n: String(missing) })] : []),
    ],
    fields: [],
    yes: text.closeVoteTitle,
    danger: true,
    send: () => desk.say('vote.close', { vote: vote.seq }, text.closeVoteTitle),
  });
}

const sides = (text: DeskTexts) => (['for', 'against'] as const).map((value) => ({ value, label: said(text, 'choice_', value) }));

export function askLot(desk: Desk, vote: Vote, text: DeskTexts): void {
  desk.ask({
    name: `lot-${vote.seq}`,
    title: text.lotTitle,
    body: [vote.is.subject, text.lotWhat],
    fields: [
      {
        name: 'drawn',
        label: text.drawn,
        kind: 'radio',
        required: true,
        options: sides(text),
      },
    ],
    yes: text.lotTitle,
    danger: true,
    send: ({ drawn = '' }) => desk.say('vote.lot', { vote: vote.seq, drawn: drawn as Choice }, text.lotTitle),
  });
}

export function askCancelVote(desk: Desk, vote: Vote, text: DeskTexts): void {
  desk.ask({
    name: `cancel-vote-${vote.seq}`,
    title: text.cancelVoteTitle,
    body: [vote.is.subject, text.cancelVoteWhat],
    fields: [{ name: 'reason', label: text.reason, kind: 'area', required: true }],
    yes: text.cancelVoteTitle,
    danger: true,
    send: ({ reason = '' }) => desk.say('vote.cancel', { vote: vote.seq, reason }, text.cancelVoteTitle),
  });
}

/** A result that was counted or noted wrongly: by counts, or of one person's voice in a vote by names. */
export function askCorrectVote(desk: Desk, state: MeetingState, vote: Vote, text: DeskTexts): void {
  const named = vote.is.method === 'roll_call';
  const counts = (values: Values) => (named ? {} : readCounts(values, vote.is.method === 'secret_paper'));
  const tie = (values: Values) => isTie(vote, counts(values) ?? {});
  desk.ask({
    name: `correct-vote-${vote.seq}`,
    title: text.correctVoteTitle,
    body: [vote.is.subject, text.correctVoteWhat],
    fields: [
      ...(named ? voiceFields(state, vote, text) : countFields(vote, text)),
      { name: 'side', label: text.chairSide, kind: 'radio', required: true, options: sides(text), when: tie },
      { name: 'reason', label: text.reason, kind: 'area', required: true },
    ],
    yes: text.correctVoteTitle,
    danger: true,
    check: (values) => (counts(values) ? null : text.badCount),
    send: (values) => {
      const { person = '', choice = '', side = '', reason = '' } = values;
      const args: CommandArgs['vote.correct'] = { vote: vote.seq, reason, counts: counts(values) ?? {} };
      if (named) args.entries = [{ person: Number(person), choice: choice as Choice }];
      if (tie(values) && side) args.chair_side = side as Choice;
      return desk.say('vote.correct', args, text.correctVoteTitle);
    },
  });
}

/** Papers handed in electronically were counted by nobody: there is nothing to be corrected. */
export function canBeCorrected(vote: Vote): boolean {
  return vote.state === 'decided' && vote.result.ground !== 'lot' && vote.is.method !== 'secret_electronic';
}

function countFields(vote: Vote, text: DeskTexts): Field[] {
  const { in_favour, against, abstain, invalid } = vote.result.counts;
  const one = (name: string, label: string, value = 0): Field => ({ name, label, kind: 'number', value: String(value), max: 4 });
  return [
    one('in_favour', text.inFavour, in_favour),
    one('against', text.against, against),
    one('abstain', text.abstain, abstain),
    ...(vote.is.method === 'secret_paper' ? [one('invalid', text.invalid, invalid)] : []),
  ];
}

function voiceFields(state: MeetingState, vote: Vote, text: DeskTexts): Field[] {
  const choices = ['for', 'against', 'abstain'] as const;
  const people = voteRows(state, vote).map(({ person, choice }) => ({
    value: String(person.seq),
    label: `${person.is.name}: ${choice ? said(text, 'choice_', choice) : text.mark_waiting}`,
  }));
  return [
    { name: 'person', label: text.who, kind: 'select', value: people[0]?.value ?? '', options: people, required: true },
    { name: 'choice', label: text.rightChoice, kind: 'radio', required: true, options: choices.map((value) => ({ value, label: said(text, 'choice_', value) })) },
  ];
}

/** A member who voted otherwise has it said so in the record. */
export function askDissent(desk: Desk, state: MeetingState, vote: Vote, text: DeskTexts): void {
  const people = voters(state).map((one) => ({ value: String(one.seq), label: one.is.name }));
  desk.ask({
    name: `dissent-${vote.seq}`,
    title: text.dissentTitle,
    body: [vote.is.subject],
    fields: [
      { name: 'person', label: text.who, kind: 'select', value: people[0]?.value ?? '', options: people, required: true },
      { name: 'text', label: text.dissentText, kind: 'area', required: true, max: 900 },
    ],
    yes: text.dissentTitle,
    send: ({ person = '', text: words = '' }) =>
      desk.say('vote.dissent', { vote: vote.seq, person: Number(person), text: words }, text.dissentTitle),
  });
}

export function askMotion(desk: Desk, state: MeetingState, text: DeskTexts): void {
  const { item } = state.sitting;
  desk.ask({
    name: 'motion',
    title: text.motionTitle,
    fields: [
      {
        name: 'kind',
        label: text.motionKind,
        kind: 'select',
        value: 'proposal',
        options: MOTIONS.map((value) => ({ value, label: said(text, 'motion_', value) })),
      },
      { name: 'title', label: text.heading, kind: 'text', required: true, max: SUBJECT_MAX },
    ],
    yes: text.motionTitle,
    send: ({ kind = '', title = '' }) =>
      desk.say('motion.submit', { kind: kind as MotionKind, title, ...(item !== undefined && { item }) }, text.motionTitle),
  });
}

/** What the fields of counts say; null where one is no number. */
export function readCounts(fields: Record<string, string>, secret: boolean): Counts | null {
  const read = {
    in_favour: count(fields['in_favour'] ?? ''),
    against: count(fields['against'] ?? ''),
    abstain: count(fields['abstain'] ?? ''),
    invalid: secret ? count(fields['invalid'] ?? '') : 0,
  };
  if (Object.values(read).includes(null)) return null;
  return read as Counts;
}
