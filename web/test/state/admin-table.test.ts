import { describe, expect, it } from 'vitest';
import { addressName, another, readAgenda } from '../../src/state/admin-table.js';

describe('an agenda that was typed or pasted', () => {
  it('reads lines, numbered or not', () => {
    expect(readAgenda('Açılış\n2. Örnek bütçe\n3) Örnek ihale\n\n  Dilekler  ')).toEqual([
      { number: '1', title: 'Açılış' }, { number: '2', title: 'Örnek bütçe' }, { number: '3', title: 'Örnek ihale' }, { number: '4', title: 'Dilekler' },
    ]);
  });
  it('reads a table with its heading, quoted cells and other columns', () => {
    expect(readAgenda('Sıra\tKonu\r\n2026/41\t"Örnek ""park"" işi"\tİmar\r\n2026/42\tÖrnek yol\t')).toEqual([
      { number: '2026/41', title: 'Örnek "park" işi' }, { number: '2026/42', title: 'Örnek yol' },
    ]);
  });
  it('takes no number twice, nor one that is there', () => {
    expect(readAgenda('1. a\n1. b\nc', ['1', '5'])).toEqual([{ number: '6', title: 'a' }, { number: '7', title: 'b' }, { number: '8', title: 'c' }]);
  });
  it('leaves titles that begin with a number alone', () => {
    expect(readAgenda('2027 yılı bütçesi')).toEqual([{ number: '1', title: '2027 yılı bütçesi' }]);
    expect(readAgenda('2027 yılı – performans programı')).toEqual([{ number: '1', title: '2027 yılı – performans programı' }]);
    expect(readAgenda('')).toEqual([]);
    expect(readAgenda('\t\t\n \n')).toEqual([]);
  });
});

describe('a meeting’s name in addresses', () => {
  it('is made of the title, in plain letters', () => {
    expect(addressName('Aralık Ayı Olağan, IĞDIR İçin', '2026-12-01')).toBe('aralik-ayi-olagan-igdir-icin-2026-12-01');
    expect(addressName('議会', '')).toBe('toplanti');
    expect(addressName('x'.repeat(500), '2026-12-01')).toMatch(/^x{40}-2026-12-01$/);
  });
  it('has others beside it', () => {
    expect(another('a-1')).toBe('a-1--2');
    expect(another('a-1--2')).toBe('a-1--3');
  });
});
