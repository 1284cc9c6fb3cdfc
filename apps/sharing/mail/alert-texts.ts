import type { AlertType } from '#libs/devices/alert-rules.js';
import type { Language } from '#libs/store/person-settings.js';

interface AlertWords {
  /** `{what}`, `{device}` and `{place}` are filled in. */
  readonly subject: string;
  readonly lines: readonly string[];
  readonly what: Readonly<Record<AlertType, string>>;
}

/** What is wrong, as people read it in a mail. */
const words: Readonly<Record<Language, AlertWords>> = {
  en: {
    subject: '{what}: {device} at {place}',
    lines: [
      '{device} at {place}: {what} {detail}',
      'Since {since}.',
      'Sign in at {portal} to see what to do.',
    ],
    what: {
      offline: 'Out of reach',
      fault: 'Fault',
      'hub-alarm': 'Alarm',
      'fuse-near-limit': 'The main fuse is close to its limit',
      'reversed-transformer': 'A current transformer sits the wrong way round',
      'limit-ignored': 'Draws more current than it was told',
      'firmware-failed': 'The firmware update failed',
    },
  },
  pl: {
    subject: '{what}: {device}, {place}',
    lines: [
      '{device}, {place}: {what} {detail}',
      'Od {since}.',
      'Zaloguj się na {portal}, aby sprawdzić, co zrobić.',
    ],
    what: {
      offline: 'Brak połączenia',
      fault: 'Usterka',
      'hub-alarm': 'Alarm',
      'fuse-near-limit': 'Bezpiecznik główny jest bliski granicy',
      'reversed-transformer': 'Przekładnik prądowy jest założony odwrotnie',
      'limit-ignored': 'Pobiera więcej prądu, niż pozwolono',
      'firmware-failed': 'Aktualizacja oprogramowania nie powiodła się',
    },
  },
  da: {
    subject: '{what}: {device}, {place}',
    lines: [
      '{device}, {place}: {what} {detail}',
      'Siden {since}.',
      'Log ind på {portal} for at se, hvad du kan gøre.',
    ],
    what: {
      offline: 'Ingen forbindelse',
      fault: 'Fejl',
      'hub-alarm': 'Alarm',
      'fuse-near-limit': 'Hovedsikringen er tæt på grænsen',
      'reversed-transformer': 'En strømtransformer sidder omvendt',
      'limit-ignored': 'Trækker mere strøm end tilladt',
      'firmware-failed': 'Firmwareopdateringen mislykkedes',
    },
  },
  nl: {
    subject: '{what}: {device}, {place}',
    lines: [
      '{device}, {place}: {what} {detail}',
      'Sinds {since}.',
      'Log in op {portal} om te zien wat u kunt doen.',
    ],
    what: {
      offline: 'Niet bereikbaar',
      fault: 'Storing',
      'hub-alarm': 'Alarm',
      'fuse-near-limit': 'De hoofdzekering zit dicht bij haar grens',
      'reversed-transformer': 'Een stroomtransformator zit verkeerd om',
      'limit-ignored': 'Neemt meer stroom dan toegestaan',
      'firmware-failed': 'De firmware-update is mislukt',
    },
  },
  fr: {
    subject: '{what} : {device}, {place}',
    lines: [
      '{device}, {place} : {what} {detail}',
      'Depuis {since}.',
      'Connectez-vous sur {portal} pour voir que faire.',
    ],
    what: {
      offline: 'Injoignable',
      fault: 'Panne',
      'hub-alarm': 'Alarme',
      'fuse-near-limit': 'Le fusible principal est proche de sa limite',
      'reversed-transformer': 'Un transformateur de courant est monté à l’envers',
      'limit-ignored': 'Consomme plus de courant que permis',
      'firmware-failed': 'La mise à jour du micrologiciel a échoué',
    },
  },
};

export interface AlertFacts {
  readonly type: AlertType;
  readonly device: string;
  readonly place: string;
  /** The device's own words, e.g. an error code; empty: none. */
  readonly detail: string;
  /** As the location's clock shows it. */
  readonly since: string;
  readonly portal: string;
}

/** A warning in the language of who reads it. */
export function writeAlert(
  language: Language,
  { type, ...facts }: AlertFacts,
): { readonly subject: string; readonly text: string } {
  const { subject, lines, what } = words[language];
  const detail = facts.detail === '' ? '' : `(${facts.detail})`;
  const values: Readonly<Record<string, string>> = { ...facts, detail, what: what[type] };
  const fill = (text: string): string =>
    text
      .replaceAll(/\{(\w+)\}/g, (_, name: string) => (values[name] ?? '').replaceAll(/[\r\n]+/g, ' '))
      .trim();
  return { subject: fill(subject), text: `${lines.map(fill).join('\n\n')}\n` };
}
