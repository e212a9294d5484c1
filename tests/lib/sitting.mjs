// A sitting to look at: the desk's clerk at the events socket, people, an agenda.
export const longName = 'Örnek Üye Ayşe Gülümser Karahanlıoğulları-Büyükdeğirmenci (Örnek Grup Başkanvekili)';
export const longTitle = 'İki Bin Yirmi Yedi Yılı Performans Programı ile Gelir ve Gider Bütçesinin Plan ve Bütçe Komisyonuna havalesinin görüşülmesi (örnek)';

// A sitting that is open, with its agenda's first item begun: { desk, items, people }.
export async function openSitting(m, { titles = ['Örnek yol bakım ihalesi', longTitle, 'Örnek kesinhesap'] } = {}) {
  const desk = await m.events({ admin: true, hello: { in_hall: true } }).ready();
  await desk.do('sitting.describe', { kind: 'ordinary', title: 'Örnek Belediye Meclisi, Kasım birleşimi' });
  await desk.do('body.describe', { kind: 'council', name: 'Örnek Belediye Meclisi', members: 4 });
  const people = [await desk.do('roster.add', { kind: 'chair', name: 'Örnek Başkan', deputy: 0, presiding: true, fields: [] })];
  for (const [i, name] of ['Örnek Üye 1', longName, 'Örnek Üye 3'].entries()) {
    people.push(await desk.do('roster.add', { kind: 'member', name, group: i < 2 ? 'Örnek Grup A' : 'Örnek Grup B', deputy: i === 0 ? 1 : 0, presiding: false, fields: [] }));
  }
  const items = [];
  for (const [i, title] of titles.entries()) items.push(await desk.do('agenda.add', { number: String(i + 1), title, kind: 'ordinary' }));
  await desk.do('vote.number', { prefix: '2026/', next: 57 });
  await desk.do('sitting.announce');
  await desk.do('chair.hand', { from: 0, person: people[0] });
  const rollcall = await desk.do('rollcall.open', { purpose: 'opening' });
  await desk.do('rollcall.answer', { rollcall, entries: people.map((person) => ({ person, mark: 'present' })) });
  await desk.do('rollcall.close', { rollcall });
  await desk.do('sitting.open');
  await desk.do('agenda.advance', { from: 0 });
  return { desk, items, people };
}
