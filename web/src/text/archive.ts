/** The archive's words, both languages beside each other. */

import type { FoundKind } from '../wire/search-api.js';

export interface ArchiveTexts {
  what: string;
  hint: string;
  search: string;
  narrow: string;
  body: string;
  year: string;
  kind: string;
  person: string;
  any: string;
  kinds: Record<FoundKind, string>;
  found: (count: number, more: boolean) => string;
  nothing: (words: string) => string;
  nothingHint: string;
  unreachable: string;
  tooShort: string;
  more: string;
  watch: (at: string) => string;
  open: string;
  download: string;
  copy: string;
  copied: string;
  item: (number: string) => string;
  browse: string;
  empty: string;
  emptyOf: string;
  undated: string;
}

const tr: ArchiveTexts = {
  what: 'Ne arıyorsunuz?',
  hint: 'Konuşulan bir konu, sorulan bir soru, bir ad… Örneğin: bütçe, park, "su kesintisi"',
  search: 'Ara',
  narrow: 'Daralt: kurul, yıl, kişi',
  body: 'Kurul',
  year: 'Yıl',
  kind: 'Ne',
  person: 'Kim konuştu, kim yanıtladı',
  any: 'Hepsi',
  kinds: { meeting: 'Toplantı', item: 'Gündem maddesi', decision: 'Karar', document: 'Belge', question: 'Soru ve yanıt', turn: 'Konuşma', vote: 'Oylama', motion: 'Önerge' },
  found: (count, more) => (more ? `İlk ${count} sonuç` : `${count} sonuç`),
  nothing: (words) => `“${words}” için bir şey bulunamadı.`,
  nothingHint: 'Daha az ya da daha kısa sözcüklerle yeniden deneyin; ekler ve büyük küçük harf önemli değildir.',
  unreachable: 'Arama şu anda yapılamıyor. Biraz sonra yeniden deneyin.',
  tooShort: 'Aramak için bir sözcük yazın.',
  more: 'Sonrakileri göster',
  watch: (at) => `${at} anından izle`,
  open: 'Toplantıyı aç',
  download: 'Videosunu indir',
  copy: 'Bağlantıyı kopyala',
  copied: 'Bağlantı kopyalandı',
  item: (number) => `Madde ${number}`,
  browse: 'Geçmiş toplantılar',
  empty: 'Arşivde henüz toplantı yok. Biten toplantılar burada aranıp izlenebilir.',
  emptyOf: 'Bu kurulun bu yılda bitmiş toplantısı yok.',
  undated: 'Tarihi belirtilmeyenler',
};

const en: ArchiveTexts = {
  what: 'What are you looking for?',
  hint: 'A subject that was discussed, a question, a name… For example: bütçe, park, "su kesintisi"',
  search: 'Search',
  narrow: 'Narrow it: body, year, person',
  body: 'Body',
  year: 'Year',
  kind: 'What',
  person: 'Who spoke or answered',
  any: 'All',
  kinds: { meeting: 'Meeting', item: 'Agenda item', decision: 'Decision', document: 'Document', question: 'Question and answer', turn: 'Speech', vote: 'Vote', motion: 'Motion' },
  found: (count, more) => (more ? `The first ${count} results` : count === 1 ? '1 result' : `${count} results`),
  nothing: (words) => `Nothing was found for “${words}”.`,
  nothingHint: 'Try again with fewer or shorter words; endings and upper or lower case don’t matter.',
  unreachable: 'Searching is not possible right now. Try again in a moment.',
  tooShort: 'Type a word to search for.',
  more: 'Show the next ones',
  watch: (at) => `Watch from ${at}`,
  open: 'Open the meeting',
  download: 'Download its video',
  copy: 'Copy the link',
  copied: 'The link was copied',
  item: (number) => `Item ${number}`,
  browse: 'Past meetings',
  empty: 'There is no meeting in the archive yet. Meetings that have ended can be searched and watched here.',
  emptyOf: 'This body has no meeting that ended in this year.',
  undated: 'Without a date',
};

export function archiveWords(language: string): ArchiveTexts {
  return language === 'en' ? en : tr;
}
