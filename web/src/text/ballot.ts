/** What is said to one who votes in an electronic secret ballot: Turkish first, English beside it. Pure. */

export const ballotTexts = {
  tr: {
    title: 'Gizli oylama',
    choose: 'Oyunuzu seçin',
    for: 'Kabul',
    against: 'Ret',
    abstain: 'Çekimser',
    sure: 'Oyunuz: {choice}',
    sureHint: 'Sandığa atılınca değiştirilemez. Ne oy verdiğiniz hiçbir yere adınızla yazılmaz.',
    handIn: 'Sandığa at',
    back: 'Geri dön',
    sending: 'Sandığa atılıyor…',
    done: 'Oyunuz sandıkta',
    doneHint: 'Oylama bitince sonuç ilan edilir.',
    count: 'Oy kullanan: {n}',
    countOf: 'Oy kullanan: {n} / {all}',
    refused: 'Oyunuz alınmadı: {message}',
    busy: 'Bağlantı yok. Biraz sonra yeniden deneyin.',
    papers: 'Sandıktan çıkan oylar (sırasız ve adsız)',
  },
  en: {
    title: 'Secret ballot',
    choose: 'Choose your vote',
    for: 'For',
    against: 'Against',
    abstain: 'Abstain',
    sure: 'Your vote: {choice}',
    sureHint: 'Once it is in the box it can’t be changed. What you vote is written nowhere with your name.',
    handIn: 'Put it in the box',
    back: 'Go back',
    sending: 'Being put in the box…',
    done: 'Your vote is in the box',
    doneHint: 'The result is announced when the vote is closed.',
    count: 'Have voted: {n}',
    countOf: 'Have voted: {n} of {all}',
    refused: 'Your vote was not taken: {message}',
    busy: 'There is no connection. Try again in a moment.',
    papers: 'The papers from the box (in no order, without names)',
  },
};

export type BallotTexts = { [Key in keyof (typeof ballotTexts)['tr']]: string };

/** How many have voted, of how many where that is known. */
export function votedText(text: BallotTexts, voted: number, all: number | null): string {
  const words = all === null ? text.count : text.countOf;
  return words.replace('{n}', String(voted)).replace('{all}', String(all ?? 0));
}
