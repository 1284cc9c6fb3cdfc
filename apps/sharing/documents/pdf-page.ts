import PDFDocument from 'pdfkit';
import type { Letterhead } from '#libs/store/letterheads.js';

const margin = 56;
const logo = { width: 120, height: 60 };

/** A document as paper: what stands where, nothing about what it means. */
export interface Paper {
  readonly head: Letterhead;
  readonly title: string;
  /** Label and value, one line each. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** Paragraphs under headings. */
  readonly sections: readonly { readonly heading: string; readonly lines: readonly string[] }[];
  readonly footer: string;
  readonly madeAt: Date;
}

/** The paper as a PDF of A4 pages. The same paper gives the same bytes. */
export function renderPdf(paper: Paper): Promise<Buffer> {
  const pdf = new PDFDocument({
    size: 'A4',
    margin,
    info: {
      Title: printable(paper.title),
      Author: printable(paper.head.companyName),
      CreationDate: paper.madeAt,
    },
  });
  const chunks: Buffer[] = [];
  const finished = new Promise<Buffer>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
  head(pdf, paper.head);
  pdf.font('Helvetica-Bold').fontSize(18).fillColor('black').text(printable(paper.title));
  pdf.moveDown(0.5).fontSize(10);
  for (const [label, value] of paper.facts) {
    pdf.font('Helvetica-Bold').text(`${label}: `, { continued: true });
    pdf.font('Helvetica').text(printable(value));
  }
  for (const { heading, lines } of paper.sections) {
    pdf.moveDown().font('Helvetica-Bold').fontSize(12).text(heading);
    pdf.font('Helvetica').fontSize(10);
    for (const line of lines) pdf.text(printable(line));
  }
  pdf.moveDown(2).fontSize(8).fillColor('#666666').text(printable(paper.footer));
  pdf.end();
  return finished;
}

function head(pdf: PDFKit.PDFDocument, letterhead: Letterhead): void {
  const top = pdf.y;
  if (letterhead.logo) {
    const x = pdf.page.width - margin - logo.width;
    pdf.image(letterhead.logo.bytes, x, top, { fit: [logo.width, logo.height], align: 'right' });
  }
  const width = pdf.page.width - 2 * margin - (letterhead.logo ? logo.width + 16 : 0);
  pdf.font('Helvetica-Bold').fontSize(14).text(printable(letterhead.companyName), margin, top, { width });
  pdf.font('Helvetica').fontSize(9).fillColor('#444444');
  const { addressLines, phone, email, registrationNumber } = letterhead;
  const reach = [phone, email].filter((each) => each !== null).join(' · ');
  for (const line of [...addressLines, reach, registrationNumber ?? '']) {
    if (line !== '') pdf.text(printable(line), { width });
  }
  const bottom = Math.max(pdf.y, letterhead.logo ? top + logo.height : 0) + 12;
  pdf
    .moveTo(margin, bottom)
    .lineTo(pdf.page.width - margin, bottom)
    .strokeColor('#bbbbbb')
    .stroke();
  pdf.x = margin;
  pdf.y = bottom + 20;
}

/** Letters that no decomposition turns into a plain one. */
const plain: Readonly<Record<string, string>> = {
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ħ: 'h',
  ı: 'i',
  '\t': ' ',
};
/** Beyond Latin-1, what the PDF's built-in fonts can print (Windows code page 1252). */
const beyondLatin1 = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';

/** The built-in fonts know the letters of Western Europe; others lose their marks, e.g. Ż becomes Z. */
export const printable = (text: string): string =>
  [...text.normalize('NFC')].map((letter) => (isBuiltIn(letter) ? letter : substitute(letter))).join('');

const isBuiltIn = (letter: string): boolean => {
  const code = letter.codePointAt(0) ?? 0;
  return (
    letter === '\n' ||
    (code >= 0x20 && code < 0x7f) ||
    (code >= 0xa0 && code <= 0xff) ||
    beyondLatin1.includes(letter)
  );
};

const substitute = (letter: string): string => {
  const base = plain[letter] ?? letter.normalize('NFD').replaceAll(/\p{M}/gu, '');
  return [...base].every(isBuiltIn) ? base : '?';
};
