/** Made by make-types.mjs from the server's schema: not to be edited. Pure. */

/** What there is one of. */
export interface Singles {
  sitting: {
    state: 'draft' | 'announced' | 'live' | 'closed' | 'break' | 'ended';
    closed: boolean;
    cancelled: boolean;
    floor_closed: boolean;
    asking_closed: boolean;
    item?: number;
    kind?: 'ordinary' | 'extraordinary' | 'commission' | 'consultation' | 'briefing';
    title?: string;
    term?: string;
    session?: string;
    number?: string;
    place?: string;
    reason?: string;
    closed_reason?: string;
    starts_utc_us?: number;
    opened_utc_us?: number;
    ended_utc_us?: number;
    resumes_utc_us?: number;
  };
  body: {
    kind?: 'council' | 'commission' | 'city_assembly' | 'neighbourhood' | 'women' | 'youth' | 'children' | 'disabled' | 'seniors';
    name?: string;
    members?: number;
  };
  broadcast: { on_air: boolean; record: boolean; muted: boolean; slate: boolean; source?: string; layout?: string };
  decisions: { prefix?: string; next?: number };
}

/** What there is many of, by the name of its list. `seq` is the event that made it. */
export interface Things {
  rules: {
    seq: number;
    last: number;
    rule: 'quorum_to_meet' | 'decision_floor' | 'majority_ordinary' | 'majority_full' | 'majority_two_thirds' | 'majority_three_quarters' | 'majority_relative' | 'broadcast_needs_decision' | 'broadcast_needs_consents' | 'electronic_secret' | 'field_needed' | 'invitation_needed' | 'remote_counts' | 'alternating' | 'who_asks' | 'who_requests' | 'questions_each' | 'time_point_of_order' | 'time_personal_attack' | 'time_chair' | 'time_proposer' | 'time_commission_chair' | 'time_group' | 'time_member' | 'time_representative' | 'time_off_agenda' | 'precedence_point_of_order' | 'precedence_personal_attack' | 'precedence_chair' | 'precedence_proposer' | 'precedence_commission_chair' | 'precedence_group' | 'precedence_member' | 'precedence_representative' | 'precedence_off_agenda';
    number?: number;
    part?: number;
    whole?: number;
    more_than?: boolean;
    base?: 'full_membership' | 'participants' | 'votes';
    source: string;
    from_utc_us?: number;
  };
  people: {
    seq: number;
    last: number;
    is: {
      kind: 'chair' | 'member' | 'representative' | 'observer' | 'staff';
      name: string;
      group?: string;
      organisation?: string;
      office?: string;
      deputy?: number;
      presiding?: boolean;
      fields?: Array<{ name: string }>;
    };
    left: boolean;
  };
  consents: { seq: number; last: number; person: number; version?: string };
  attendance: {
    seq: number;
    last: number;
    person: number;
    mark: 'present' | 'remote' | 'excused' | 'absent';
    from_utc_us: number;
    to_utc_us?: number;
    note?: string;
  };
  rollcalls: {
    seq: number;
    last: number;
    purpose: 'opening' | 'quorum';
    open: boolean;
    result: {
      rollcall?: number;
      present: number;
      remote: number;
      excused: number;
      absent: number;
      counted: number;
      members: number;
      needed: number;
      met: boolean;
    };
  };
  chairs: { seq: number; last: number; person: number; from_utc_us: number; from_media_us: number };
  parts: {
    seq: number;
    last: number;
    closed: boolean;
    from_utc_us: number;
    from_media_us: number;
    to_utc_us?: number;
    to_media_us?: number;
    to_seq?: number;
    vote?: number;
    number?: string;
    document?: string;
    reason?: string;
  };
  permissions: {
    seq: number;
    last: number;
    is: { number: string; document: string; scope?: string; decided_on?: string };
    revoked: boolean;
  };
  items: {
    seq: number;
    last: number;
    is: {
      number?: string;
      title: string;
      kind: 'ordinary' | 'budget' | 'final_account' | 'tender' | 'report' | 'election' | 'off_agenda' | 'members_questions';
      proposer?: string;
      person?: number;
      field?: string;
      note?: string;
    };
    state: 'proposed' | 'waiting' | 'open' | 'heard' | 'suspended' | 'referred' | 'reported' | 'decided' | 'withdrawn' | 'carried';
    place: number;
    admitted?: number;
    joined?: number;
    verdict?: 'adopted' | 'rejected' | 'noted' | 'returned';
    vote?: number;
    decision?: string;
    reason?: string;
    asking_closed: boolean;
  };
  spans: {
    seq: number;
    last: number;
    item: number;
    from_media_us: number;
    to_media_us?: number;
    over: boolean;
    corrected: boolean;
  };
  documents: { seq: number; last: number; item: number; title: string; address: string; is_report: boolean; removed: boolean };
  referrals: { seq: number; last: number; item: number; commission: string; due_utc_us?: number; report?: number };
  requests: {
    seq: number;
    last: number;
    person: number;
    kind: 'point_of_order' | 'personal_attack' | 'chair' | 'proposer' | 'commission_chair' | 'group' | 'member' | 'representative' | 'off_agenda';
    item?: number;
    about?: string;
    state: 'waiting' | 'granted' | 'withdrawn' | 'declined' | 'lapsed';
    precedence: number;
    place?: number;
    reason?: string;
  };
  turns: {
    seq: number;
    last: number;
    request?: number;
    person: number;
    kind: 'point_of_order' | 'personal_attack' | 'chair' | 'proposer' | 'commission_chair' | 'group' | 'member' | 'representative' | 'off_agenda';
    item?: number;
    allotted_us: number;
    used_us: number;
    since_media_us?: number;
    running: boolean;
    over: boolean;
    started: boolean;
    corrected: boolean;
    from_media_us?: number;
    to_media_us?: number;
    warnings: number;
  };
  invitations: { seq: number; last: number; person: number; item?: number; note: string };
  budgets: { seq: number; last: number; group: string; seconds: number; used_us: number };
  on_air: { seq: number; last: number; person: number; off: boolean };
  questions: {
    seq: number;
    last: number;
    item?: number;
    text: string;
    name?: string;
    state: 'pending' | 'approved' | 'merged' | 'declined' | 'withdrawn' | 'put' | 'answered';
    into?: number;
    category?: 'off_topic' | 'insult' | 'personal_data' | 'duplicate' | 'unclear' | 'other';
    reason?: string;
    pinned: boolean;
    supports: number;
    put_utc_us?: number;
    put_media_us?: number;
    answered_utc_us?: number;
    answered_media_us?: number;
    answered_by?: number;
    note?: string;
    corrected: boolean;
  };
  marks: { seq: number; last: number; kind: 'support' | 'report' | 'answer'; thing: number; value: number };
  motions: {
    seq: number;
    last: number;
    is: {
      kind: 'proposal' | 'amendment' | 'add_item' | 'close_debate' | 'close_part' | 'other';
      item?: number;
      title: string;
      text?: string;
      proposers?: number[];
    };
    state: 'open' | 'adopted' | 'rejected' | 'withdrawn';
    vote?: number;
  };
  votes: {
    seq: number;
    last: number;
    is: {
      item?: number;
      motion?: number;
      subject: string;
      method: 'hands' | 'roll_call' | 'secret_paper' | 'secret_electronic';
      majority: 'ordinary' | 'full' | 'two_thirds' | 'three_quarters' | 'relative';
      numbered?: boolean;
      excluded?: number[];
    };
    round: number;
    first?: number;
    state: 'open' | 'decided' | 'tied' | 'cancelled';
    counted: boolean;
    counts: { in_favour?: number; against?: number; abstain?: number; invalid?: number };
    result: {
      counts: { in_favour?: number; against?: number; abstain?: number; invalid?: number };
      members?: number;
      participants?: number;
      base?: 'full_membership' | 'participants' | 'votes';
      base_count?: number;
      part?: number;
      whole?: number;
      more_than?: boolean;
      needed?: number;
      floor?: number;
      chair_side?: 'for' | 'against' | 'abstain';
      outcome?: 'adopted' | 'rejected' | 'tie';
      ground?: 'majority' | 'chair_side' | 'lot';
      unanimous?: boolean;
      decision?: string;
    };
    corrected: boolean;
    papers?: string;
    from_media_us?: number;
    to_media_us?: number;
  };
  casts: { seq: number; last: number; vote: number; person: number; choice?: 'for' | 'against' | 'abstain' };
  dissents: { seq: number; last: number; vote: number; person: number; text: string };
  polls: {
    seq: number;
    last: number;
    is: { question: string; item?: number; choices: Array<{ text: string }> };
    open: boolean;
    counts: Array<{ answers: number }>;
  };
  notices: { seq: number; last: number; text: string; cleared: boolean };
  links: {
    seq: number;
    last: number;
    is: {
      principal: string;
      role: 'viewer' | 'representative' | 'member' | 'observer' | 'moderator' | 'clerk' | 'chair' | 'producer' | 'administrator' | 'server';
      person?: number;
    };
    made_by?: string;
    made_utc_us?: number;
    read_out_by?: string;
    read_out_utc_us?: number;
    opened: number;
    opened_utc_us?: number;
    revoked: boolean;
  };
  redactions: {
    seq: number;
    last: number;
    is: { from_media_us: number; to_media_us: number; number: string; document: string; reason?: string };
  };
}

/** What each command takes. */
export interface CommandArgs {
  'agenda.add': {
    number?: string;
    title: string;
    kind: 'ordinary' | 'budget' | 'final_account' | 'tender' | 'report' | 'election' | 'off_agenda' | 'members_questions';
    proposer?: string;
    person?: number;
    field?: string;
    note?: string;
  };
  'agenda.admit': { item: number; vote?: number };
  'agenda.advance': { from?: number };
  'agenda.attach': { item: number; title: string; address: string };
  'agenda.carry': { item: number; reason?: string };
  'agenda.decide': {
    item: number;
    verdict: 'adopted' | 'rejected' | 'noted' | 'returned';
    vote?: number;
    decision?: string;
    note?: string;
  };
  'agenda.detach': { document: number };
  'agenda.edit': {
    item: number;
    to: {
      number?: string;
      title: string;
      kind: 'ordinary' | 'budget' | 'final_account' | 'tender' | 'report' | 'election' | 'off_agenda' | 'members_questions';
      proposer?: string;
      person?: number;
      field?: string;
      note?: string;
    };
  };
  'agenda.join': { item: number; lead?: number };
  'agenda.leave': { from?: number };
  'agenda.move': { item: number; before?: number };
  'agenda.propose': {
    number?: string;
    title: string;
    kind: 'ordinary' | 'budget' | 'final_account' | 'tender' | 'report' | 'election' | 'off_agenda' | 'members_questions';
    proposer?: string;
    person?: number;
    field?: string;
    note?: string;
  };
  'agenda.refer': { item: number; commission: string; due_utc_us?: number };
  'agenda.report': { referral: number; title: string; address: string };
  'agenda.retime': {
    span: number;
    item: number;
    was_from_media_us: number;
    was_to_media_us?: number;
    from_media_us: number;
    to_media_us?: number;
    reason: string;
  };
  'agenda.suspend': { item: number; reason?: string };
  'agenda.take': { from?: number; item: number };
  'agenda.withdraw': { item: number; reason?: string };
  'air.put': { person: number };
  'air.take': { person: number };
  'attendance.mark': { person: number; mark: 'present' | 'remote' | 'excused' | 'absent'; note?: string };
  'body.describe': {
    kind: 'council' | 'commission' | 'city_assembly' | 'neighbourhood' | 'women' | 'youth' | 'children' | 'disabled' | 'seniors';
    name: string;
    members?: number;
  };
  'body.rule': {
    rule: 'quorum_to_meet' | 'decision_floor' | 'majority_ordinary' | 'majority_full' | 'majority_two_thirds' | 'majority_three_quarters' | 'majority_relative' | 'broadcast_needs_decision' | 'broadcast_needs_consents' | 'electronic_secret' | 'field_needed' | 'invitation_needed' | 'remote_counts' | 'alternating' | 'who_asks' | 'who_requests' | 'questions_each' | 'time_point_of_order' | 'time_personal_attack' | 'time_chair' | 'time_proposer' | 'time_commission_chair' | 'time_group' | 'time_member' | 'time_representative' | 'time_off_agenda' | 'precedence_point_of_order' | 'precedence_personal_attack' | 'precedence_chair' | 'precedence_proposer' | 'precedence_commission_chair' | 'precedence_group' | 'precedence_member' | 'precedence_representative' | 'precedence_off_agenda';
    number?: number;
    part?: number;
    whole?: number;
    more_than?: boolean;
    base?: 'full_membership' | 'participants' | 'votes';
    source: string;
    from_utc_us?: number;
  };
  'broadcast.permit': { number: string; document: string; scope?: string; decided_on?: string };
  'broadcast.revoke': { permission: number; reason: string };
  'broadcast.start': { record: boolean };
  'broadcast.stop': Record<never, never>;
  'chair.hand': { from?: number; person: number };
  'floor.budget': { group: string; seconds: number };
  'floor.close': { reason?: string; motion?: number };
  'floor.decline': { request: number; reason: string };
  'floor.end': { turn: number };
  'floor.enter': {
    person: number;
    kind: 'point_of_order' | 'personal_attack' | 'chair' | 'proposer' | 'commission_chair' | 'group' | 'member' | 'representative' | 'off_agenda';
    item?: number;
    about?: string;
  };
  'floor.extend': { turn: number; seconds: number };
  'floor.give': {
    person: number;
    kind: 'point_of_order' | 'personal_attack' | 'chair' | 'proposer' | 'commission_chair' | 'group' | 'member' | 'representative' | 'off_agenda';
    item?: number;
    from?: number;
    seconds?: number;
    start?: boolean;
  };
  'floor.grant': { request: number; from?: number; start?: boolean };
  'floor.invite': { person: number; item?: number; note: string };
  'floor.pause': { turn: number };
  'floor.reopen': Record<never, never>;
  'floor.reorder': { request: number; before?: number };
  'floor.request': {
    kind: 'point_of_order' | 'personal_attack' | 'chair' | 'proposer' | 'commission_chair' | 'group' | 'member' | 'representative' | 'off_agenda';
    item?: number;
    about?: string;
  };
  'floor.retime': {
    turn: number;
    was_from_media_us: number;
    was_to_media_us: number;
    from_media_us: number;
    to_media_us: number;
    reason: string;
  };
  'floor.start': { turn: number };
  'floor.warn': { turn: number; text?: string };
  'floor.withdraw': { request: number };
  'link.make': {
    principal: string;
    role: 'viewer' | 'representative' | 'member' | 'observer' | 'moderator' | 'clerk' | 'chair' | 'producer' | 'administrator' | 'server';
    person?: number;
  };
  'link.open': {
    link: {
      principal: string;
      role: 'viewer' | 'representative' | 'member' | 'observer' | 'moderator' | 'clerk' | 'chair' | 'producer' | 'administrator' | 'server';
      person?: number;
    };
    way: 'link' | 'code';
  };
  'link.read_out': {
    principal: string;
    role: 'viewer' | 'representative' | 'member' | 'observer' | 'moderator' | 'clerk' | 'chair' | 'producer' | 'administrator' | 'server';
    person?: number;
  };
  'link.revoke': {
    principal: string;
    role: 'viewer' | 'representative' | 'member' | 'observer' | 'moderator' | 'clerk' | 'chair' | 'producer' | 'administrator' | 'server';
    person?: number;
  };
  'motion.submit': {
    kind: 'proposal' | 'amendment' | 'add_item' | 'close_debate' | 'close_part' | 'other';
    item?: number;
    title: string;
    text?: string;
    proposers?: number[];
  };
  'motion.withdraw': { motion: number };
  'notice.clear': { notice: number };
  'notice.post': { text: string };
  'part.close': { vote?: number; number?: string; document?: string; reason: string };
  'part.open': Record<never, never>;
  'poll.answer': { poll: number; choice: number };
  'poll.close': { poll: number };
  'poll.open': { question: string; item?: number; choices: Array<{ text: string }> };
  'programme.layout': { layout?: string };
  'programme.mute': { on: boolean };
  'programme.slate': { on: boolean };
  'question.answer': { question: number; person?: number; note?: string };
  'question.approve': { question: number };
  'question.asking': { item?: number; closed: boolean };
  'question.decline': {
    question: number;
    category: 'off_topic' | 'insult' | 'personal_data' | 'duplicate' | 'unclear' | 'other';
    reason: string;
  };
  'question.merge': { question: number; into: number };
  'question.pin': { question: number; on: boolean };
  'question.put': { question: number };
  'question.report': { question: number; category: 'off_topic' | 'insult' | 'personal_data' | 'duplicate' | 'unclear' | 'other' };
  'question.retime': {
    question: number;
    was_put_media_us?: number;
    was_answered_media_us?: number;
    put_media_us?: number;
    answered_media_us?: number;
    reason: string;
  };
  'question.submit': { item?: number; text: string; name?: string };
  'question.support': { question: number; on: boolean };
  'question.withdraw': { question: number };
  'record.redact': { from_media_us: number; to_media_us: number; number: string; document: string; reason?: string };
  'recording.request': { on: boolean };
  'rollcall.answer': { rollcall: number; entries: Array<{ person: number; mark: 'present' | 'remote' | 'excused' | 'absent' }> };
  'rollcall.close': { rollcall: number };
  'rollcall.open': { purpose: 'opening' | 'quorum' };
  'roster.add': {
    kind: 'chair' | 'member' | 'representative' | 'observer' | 'staff';
    name: string;
    group?: string;
    organisation?: string;
    office?: string;
    deputy?: number;
    presiding?: boolean;
    fields?: Array<{ name: string }>;
  };
  'roster.consent': { person: number; version?: string };
  'roster.edit': {
    person: number;
    to: {
      kind: 'chair' | 'member' | 'representative' | 'observer' | 'staff';
      name: string;
      group?: string;
      organisation?: string;
      office?: string;
      deputy?: number;
      presiding?: boolean;
      fields?: Array<{ name: string }>;
    };
  };
  'roster.leave': { person: number; reason?: string };
  'sitting.announce': Record<never, never>;
  'sitting.cancel': { reason: string };
  'sitting.describe': {
    kind: 'ordinary' | 'extraordinary' | 'commission' | 'consultation' | 'briefing';
    title: string;
    term?: string;
    session?: string;
    number?: string;
    place?: string;
    starts_utc_us?: number;
  };
  'sitting.end': Record<never, never>;
  'sitting.open': Record<never, never>;
  'sitting.pause': { reason?: string; resumes_utc_us?: number };
  'sitting.resume': Record<never, never>;
  'source.select': { source?: string };
  'vote.cancel': { vote: number; reason: string };
  'vote.cast': { vote: number; entries: Array<{ person: number; choice: 'for' | 'against' | 'abstain' }> };
  'vote.close': { vote: number; chair_side?: 'for' | 'against' | 'abstain' };
  'vote.correct': {
    vote: number;
    counts: { in_favour?: number; against?: number; abstain?: number; invalid?: number };
    entries?: Array<{ person: number; choice: 'for' | 'against' | 'abstain' }>;
    chair_side?: 'for' | 'against' | 'abstain';
    reason: string;
  };
  'vote.count': { vote: number; counts: { in_favour?: number; against?: number; abstain?: number; invalid?: number } };
  'vote.dissent': { vote: number; person: number; text: string };
  'vote.hand_in': { vote: number; choice: 'for' | 'against' | 'abstain' };
  'vote.lot': { vote: number; drawn: 'for' | 'against' | 'abstain' };
  'vote.number': { prefix?: string; next?: number };
  'vote.open': {
    item?: number;
    motion?: number;
    subject: string;
    method: 'hands' | 'roll_call' | 'secret_paper' | 'secret_electronic';
    majority: 'ordinary' | 'full' | 'two_thirds' | 'three_quarters' | 'relative';
    numbered?: boolean;
    excluded?: number[];
  };
  'vote.repeat': { vote: number };
  'vote.seal': { vote: number; counts: { in_favour?: number; against?: number; abstain?: number; invalid?: number }; papers: string };
}

export type You = {
  principal: string;
  person?: number;
  in_hall: boolean;
  roles: Array<'viewer' | 'representative' | 'member' | 'observer' | 'moderator' | 'clerk' | 'chair' | 'producer' | 'administrator' | 'server'>;
};
