/** The administration's words, both languages beside each other. */

import type { BodyKind } from '../wire/admin-api.js';

export interface AdminTexts {
  first: string;
  firstHint: string;
  signIn: string;
  signInHint: string;
  account: string;
  accountHint: string;
  password: string;
  passwordHint: string;
  again: string;
  differ: string;
  code: string;
  makeAccount: string;
  enter: string;
  entering: string;
  keyBad: string;
  accountBad: string;
  notYours: string;
  unreachable: string;
  tryIn: (s: number) => string;
  signOut: string;
  signedInAs: (name: string) => string;
  meetings: string;
  none: string;
  noneHint: string;
  newMeeting: string;
  title: string;
  titleHint: string;
  body: string;
  otherBody: string;
  bodyName: string;
  bodyKind: string;
  kinds: Record<BodyKind, string>;
  members: string;
  membersHint: string;
  date: string;
  time: string;
  room: string;
  noRoom: string;
  like: string;
  carry: string;
  make: string;
  cancel: string;
  missing: (what: string) => string;
  prepare: string;
  draft: string;
  back: string;
  stepAgenda: string;
  agendaHint: string;
  agendaLabel: string;
  agendaOthers: string;
  agendaRead: (count: number) => string;
  agendaNothing: string;
  number: string;
  what: string;
  agendaSave: (count: number) => string;
  agendaSaved: (count: number) => string;
  agendaThere: (count: number) => string;
  stepPeople: string;
  peopleHint: string;
  linkChair: string;
  linkClerk: string;
  linkOnce: string;
  copy: string;
  copied: string;
  stepPictures: string;
  picturesHint: string;
  encoder: string;
  key: string;
  noEncoder: string;
  stepAnnounce: string;
  announceHint: string;
  announce: string;
  announced: string;
  stepDesk: string;
  deskHint: string;
  desk: string;
  page: string;
  hall: string;
  press: string;
}

const tr: AdminTexts = {
  first: 'İlk kurulum: yönetici hesabı',
  firstHint: 'Bu sunucuyu yönetecek kişinin hesabını açın. Bu adres bir kez geçerlidir.',
  signIn: 'Yönetim girişi',
  signInHint: 'Toplantılar burada hazırlanır. Yönetici ya da yazı işleri hesabınızla girin.',
  account: 'Hesap adı',
  accountHint: 'Küçük harf, rakam ve tire: örneğin yazi-isleri',
  password: 'Parola',
  passwordHint: 'En az 12 karakter. Birkaç sözcüklük bir cümle iyi bir paroladır.',
  again: 'Parola, bir kez daha',
  differ: 'İki parola aynı değil.',
  code: 'Tek kullanımlık kod (hesabınızda varsa)',
  makeAccount: 'Hesabı aç ve başla',
  enter: 'Gir',
  entering: 'Gönderiliyor…',
  keyBad: 'Bu adres artık geçerli değil: yönetici hesabı açılmış olabilir. Aşağıdan hesabınızla girin; ya da sunucunun söylediği adresi yeniden açın.',
  accountBad: 'Hesap adı, parola ya da kod yanlış.',
  notYours: 'Bu hesap toplantı hazırlayamaz. Yönetici ya da yazı işleri hesabı gerekir.',
  unreachable: 'Sunucuya ulaşılamıyor. Yazdıklarınız duruyor; biraz sonra yeniden deneyin.',
  tryIn: (s) => `${s} saniye sonra yeniden deneyin.`,
  signOut: 'Çık',
  signedInAs: (name) => `${name} olarak girdiniz.`,
  meetings: 'Toplantılar',
  none: 'Henüz toplantı yok.',
  noneHint: 'İlk toplantıyı hazırlamak birkaç dakika sürer: adı, tarihi, gündemi.',
  newMeeting: 'Yeni toplantı',
  title: 'Toplantının adı',
  titleHint: 'Herkesin göreceği ad. Örneğin: Aralık ayı olağan toplantısı, 1. birleşim',
  body: 'Hangi kurulun toplantısı?',
  otherBody: 'Başka bir kurul…',
  bodyName: 'Kurulun adı',
  bodyKind: 'Kurulun türü',
  kinds: { council: 'Belediye meclisi', commission: 'Komisyon', city_assembly: 'Kent konseyi', neighbourhood: 'Mahalle meclisi', women: 'Kadın meclisi', youth: 'Gençlik meclisi', children: 'Çocuk meclisi', disabled: 'Engelliler meclisi', seniors: '65 yaş üstü meclisi' },
  members: 'Üye tam sayısı',
  membersHint: 'Toplantı ve karar yeter sayıları buna göre hesaplanır.',
  date: 'Gün',
  time: 'Saat',
  room: 'Salon',
  noRoom: 'Salon yok (yayınsız)',
  like: 'Kurulun üyeleri ve kuralları önceki toplantısından alınsın',
  carry: 'Önceki toplantıda sonuçlanmayan maddeler gündeme alınsın',
  make: 'Toplantıyı oluştur',
  cancel: 'Vazgeç',
  missing: (what) => `${what} boş bırakılamaz.`,
  prepare: 'Hazırla',
  draft: 'Taslak',
  back: 'Bütün toplantılar',
  stepAgenda: 'Gündem',
  agendaHint: 'Maddeleri alt alta yazın, ya da bir tablodan kopyalayıp yapıştırın (numara ve başlık sütunları).',
  agendaLabel: 'Gündem maddeleri',
  agendaOthers: 'Eklenecek maddeler',
  agendaRead: (count) => `${count} madde anlaşıldı:`,
  agendaNothing: 'Henüz madde yazılmadı.',
  number: 'Numara',
  what: 'Madde',
  agendaSave: (count) => `${count} maddeyi gündeme ekle`,
  agendaSaved: (count) => `${count} madde gündeme eklendi.`,
  agendaThere: (count) => `Gündemde ${count} madde var.`,
  stepPeople: 'Divan bağlantıları',
  peopleHint: 'Başkan ve yazı işleri bu kişisel bağlantılarla masaya gelir. Bağlantı yalnızca bir kez gösterilir; sahibinden başkasına vermeyin.',
  linkChair: 'Başkan için bağlantı oluştur',
  linkClerk: 'Yazı işleri için bağlantı oluştur',
  linkOnce: 'Şimdi kopyalayın; bir daha gösterilmez:',
  copy: 'Kopyala',
  copied: 'Kopyalandı',
  stepPictures: 'Görüntü',
  picturesHint: 'Salondaki yayın programına (OBS ya da kodlayıcı) bunları yazın:',
  encoder: 'Sunucu',
  key: 'Yayın anahtarı',
  noEncoder: 'Bu salonun görüntü kaynağı yapılandırma dosyasında belirlenir.',
  stepAnnounce: 'Duyuru',
  announceHint: 'Duyurulan toplantı ana sayfada, takvimde ve akışta görünür.',
  announce: 'Toplantıyı duyur',
  announced: 'Toplantı duyuruldu.',
  stepDesk: 'Toplantı günü',
  deskHint: 'Yoklama, gündem, söz, oylama ve yayın divan masasından yürütülür.',
  desk: 'Divan masasını aç',
  page: 'İzleyicilerin sayfası',
  hall: 'Salon ekranı',
  press: 'Basın sayfası',
};

const en: AdminTexts = {
  first: 'First start: the administrator’s account',
  firstHint: 'Make the account of whoever will administer this server. This address is good once.',
  signIn: 'Administration: sign in',
  signInHint: 'Meetings are prepared here. Sign in with an administrator’s or a clerk’s account.',
  account: 'Account name',
  accountHint: 'Small letters, digits and hyphens, for example: clerks-office',
  password: 'Password',
  passwordHint: 'At least 12 characters. A sentence of a few words is a good password.',
  again: 'The password once more',
  differ: 'The two passwords differ.',
  code: 'One-time code (if your account has them)',
  makeAccount: 'Make the account and begin',
  enter: 'Sign in',
  entering: 'Being sent…',
  keyBad: 'This address is not good any more: the administrator’s account may have been made. Sign in below, or open the address that the server told once more.',
  accountBad: 'The account’s name, the password or the code is wrong.',
  notYours: 'This account can’t prepare meetings. It takes an administrator’s or a clerk’s.',
  unreachable: 'The server can’t be reached. What you typed is still here; try again in a moment.',
  tryIn: (s) => `Try again in ${s} seconds.`,
  signOut: 'Sign out',
  signedInAs: (name) => `You are signed in as ${name}.`,
  meetings: 'Meetings',
  none: 'There is no meeting yet.',
  noneHint: 'Preparing the first one takes a few minutes: its name, its date, its agenda.',
  newMeeting: 'New meeting',
  title: 'Name of the meeting',
  titleHint: 'What everybody reads. For example: December session, first sitting',
  body: 'Whose meeting is it?',
  otherBody: 'Another body…',
  bodyName: 'Name of the body',
  bodyKind: 'Kind of body',
  kinds: { council: 'Municipal council', commission: 'Commission', city_assembly: 'City assembly', neighbourhood: 'Neighbourhood assembly', women: 'Women’s assembly', youth: 'Youth assembly', children: 'Children’s assembly', disabled: 'Disabled people’s assembly', seniors: 'Assembly of those over 65' },
  members: 'Full membership',
  membersHint: 'Quorums and majorities are computed from it.',
  date: 'Day',
  time: 'Time',
  room: 'Room',
  noRoom: 'No room (no broadcast)',
  like: 'Take the body’s members and rules from its last meeting',
  carry: 'Put the items that it left open on the agenda',
  make: 'Make the meeting',
  cancel: 'Cancel',
  missing: (what) => `${what}: this can’t be left empty.`,
  prepare: 'Prepare',
  draft: 'Draft',
  back: 'All meetings',
  stepAgenda: 'Agenda',
  agendaHint: 'Type the items one below the other, or copy and paste them from a table (columns of number and title).',
  agendaLabel: 'Items of the agenda',
  agendaOthers: 'Items to be added',
  agendaRead: (count) => `${count} understood:`,
  agendaNothing: 'No item was typed yet.',
  number: 'Number',
  what: 'Item',
  agendaSave: (count) => (count === 1 ? 'Add the item to the agenda' : `Add ${count} items to the agenda`),
  agendaSaved: (count) => (count === 1 ? '1 item was added.' : `${count} items were added.`),
  agendaThere: (count) => (count === 1 ? 'There is 1 item on the agenda.' : `There are ${count} items on the agenda.`),
  stepPeople: 'Links for the desk',
  peopleHint: 'The chair and the clerk come to the desk by these personal links. A link is shown once; give it to nobody but its owner.',
  linkChair: 'Make a link for the chair',
  linkClerk: 'Make a link for the clerk',
  linkOnce: 'Copy it now; it is not shown again:',
  copy: 'Copy',
  copied: 'Copied',
  stepPictures: 'Pictures',
  picturesHint: 'Type these into the broadcasting program of the room (OBS or an encoder):',
  encoder: 'Server',
  key: 'Stream key',
  noEncoder: 'Where this room’s pictures come from is said in the configuration file.',
  stepAnnounce: 'Announcing',
  announceHint: 'An announced meeting is shown on the home page, in the calendar and the feed.',
  announce: 'Announce the meeting',
  announced: 'The meeting is announced.',
  stepDesk: 'On the day',
  deskHint: 'Roll call, agenda, floor, votes and the broadcast are run from the desk.',
  desk: 'Open the desk',
  page: 'The viewers’ page',
  hall: 'Screen of the chamber',
  press: 'Page for the press',
};

export function adminWords(language: string): AdminTexts {
  return language === 'en' ? en : tr;
}
