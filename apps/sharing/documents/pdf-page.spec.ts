import { describe, expect, it } from '@jest/globals';
import { pdfText } from '#libs/testing/pdf-text.js';
import { nameAlone } from './paper.js';
import { printable, renderPdf, type Paper } from './pdf-page.js';

const paper = (wishes: Partial<Paper>): Paper => ({
  head: nameAlone('Volt'),
  title: 'Work order: Service',
  facts: [['Installation', 'Row']],
  sections: [{ heading: 'Description', lines: ['All of it.'] }],
  footer: 'Document 1',
  madeAt: new Date(Date.UTC(2026, 9, 24)),
  ...wishes,
});
const pages = (pdf: Buffer): number => [...pdf.toString('latin1').matchAll(/\/Type \/Page\n/g)].length;

describe('a document as PDF', () => {
  it('gives the same bytes for the same paper, and others for another', async () => {
    const first = await renderPdf(paper({}));
    expect((await renderPdf(paper({}))).equals(first)).toBe(true);
    expect((await renderPdf(paper({ footer: 'Document 2' }))).equals(first)).toBe(false);
  });

  it('says in order who, what, where and since when', async () => {
    const lines = pdfText(await renderPdf(paper({}))).split('\n');
    expect(lines.map((line) => line.trim())).toEqual([
      'Volt',
      'Work order: Service',
      'Installation:',
      'Row',
      'Description',
      'All of it.',
      'Document 1',
    ]);
  });

  it('goes on over as many pages as it needs and loses nothing', async () => {
    const lines = Array.from({ length: 200 }, (_, index) => `Line number ${index}`);
    const pdf = await renderPdf(paper({ sections: [{ heading: 'Findings', lines }] }));
    expect(pages(pdf)).toBeGreaterThan(2);
    const shown = pdfText(pdf).split('\n');
    expect(lines.filter((line) => !shown.includes(line))).toEqual([]);
  });

  it.each([
    ['Größe à 5 €', 'Größe à 5 €'],
    ['Łódź, Żółw', 'Lódz, Zólw'],
    ['e\u0301', 'é'],
    ['漢字', '??'],
    ['one\ntwo', 'one\ntwo'],
    ['tab\tbell\u0007', 'tab bell?'],
  ])('prints %j as %j', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });
});
