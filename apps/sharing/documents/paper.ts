import type { DocumentPlace, DocumentRow } from '#libs/store/documents.js';
import type { Letterhead } from '#libs/store/letterheads.js';
import type { Paper } from './pdf-page.js';

const stateWords = { planned: 'planned', 'in-progress': 'in progress', done: 'done' } as const;

/**
 * What a document says on paper. It names the organisation whose letterhead it carries and nobody else: neither the
 * subcontractor behind it (CS-25) nor a person, since customers read it (CP-17).
 */
export function paperOf(document: DocumentRow, place: DocumentPlace, letterhead: Letterhead | null): Paper {
  const { content } = document;
  const day = (at: Date): string => inZone(at, place.timeZone, { dateStyle: 'long' });
  const moment = (at: Date): string => inZone(at, place.timeZone, { dateStyle: 'long', timeStyle: 'short' });
  const where = [
    ['Location', [place.locationName, place.address].filter((each) => each !== null).join(', ')],
    ...(place.buildingName === null ? [] : [['Building', place.buildingName] as const]),
    ['Installation', place.installationName],
  ] as const;
  const common = {
    head: letterhead ?? nameAlone(document.letterheadName),
    footer: `Document ${document.documentId}, made ${moment(document.madeAt)}.`,
    madeAt: document.madeAt,
  };
  if (content.kind === 'certificate') {
    return {
      ...common,
      title: `Certificate: ${content.title}`,
      facts: [
        ...where,
        ['Inspection', content.inspection],
        ['Issued', day(document.madeAt)],
        ['Valid until', content.validUntil ?? 'without end'],
      ],
      sections: content.text === '' ? [] : [{ heading: 'Findings', lines: content.text.split('\n') }],
    };
  }
  return {
    ...common,
    title: `Work order: ${content.title}`,
    facts: [
      ...where,
      ['State', stateWords[content.state]],
      ...(content.doneAt === null ? [] : [['Done', moment(content.doneAt)] as const]),
    ],
    sections: [
      ...(content.text === '' ? [] : [{ heading: 'Description', lines: content.text.split('\n') }]),
      ...(content.activities.length === 0
        ? []
        : [
            {
              heading: 'Activities',
              lines: content.activities.map(({ at, text }) => `${moment(new Date(at))}: ${text}`),
            },
          ]),
    ],
  };
}

/** While an organisation has set nothing else, its name stands alone. */
export const nameAlone = (companyName: string): Letterhead => ({
  companyName,
  addressLines: [],
  phone: null,
  email: null,
  registrationNumber: null,
  logo: null,
});

const inZone = (at: Date, timeZone: string, style: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('en-GB', { ...style, timeZone }).format(at);
