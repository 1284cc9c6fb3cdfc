import { expect, it } from '@jest/globals';
import { alertTypes } from '#libs/devices/alert-rules.js';
import { languages } from '#libs/store/person-settings.js';
import { writeAlert } from './alert-texts.js';

const facts = {
  device: 'Charger\r\nBcc: x',
  place: 'Yard',
  detail: 'GroundFailure',
  since: '12:30',
  portal: 'https://p',
};

it('NB-97: says in every language and of every kind of alert what is wrong, where and since when', () => {
  const subjects = new Set<string>();
  for (const language of languages) {
    for (const type of alertTypes) {
      const { subject, text } = writeAlert(language, { type, ...facts });
      for (const part of ['Yard', 'GroundFailure', '12:30', 'https://p']) expect(text).toContain(part);
      expect(subject + text).not.toMatch(/[{}]|undefined/);
      // A name of a device must not become a line of the mail's head.
      expect(subject).not.toMatch(/[\r\n]/);
      subjects.add(`${language} ${subject}`);
    }
  }
  expect(subjects.size).toBe(languages.length * alertTypes.length);
});
