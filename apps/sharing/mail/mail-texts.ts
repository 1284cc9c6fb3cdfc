import type { MailTemplate } from '#libs/store/mail-queue.js';
import type { Language } from '#libs/store/person-settings.js';

/** What a mail may say: exactly what the rules need. `{…}` is filled in. */
interface Text {
  readonly subject: string;
  readonly lines: readonly string[];
}

type Written = Exclude<MailTemplate, 'invitation-to-organisation' | 'alert' | 'alert-to-person'>;

const texts: Readonly<Record<Language, Readonly<Record<Written, Text>>>> = {
  en: {
    invitation: {
      subject: '{from} shares {place} with you',
      lines: [
        '{from} shares the location {place} with you.',
        'Sign in at {portal}, choose "Add a location that has been shared with you" and enter this code:',
        '{code}',
        'The code is valid for 7 days.',
      ],
    },
    membership: {
      subject: '{from} invites you to {place}',
      lines: [
        '{from} invites you to join the organisation {place}.',
        'Sign in at {portal} with this address and accept.',
      ],
    },
    transfer: {
      subject: '{from} offers you the ownership of {place}',
      lines: [
        '{from} offers you the ownership of the location {place}.',
        'Sign in at {portal} with this address and accept.',
      ],
    },
    'reseller-invitation': {
      subject: '{from} looks for you as a reseller',
      lines: [
        '{from} would like to work with you as reseller of services for alarm hubs.',
        'Sign in at {portal} and register your company as a reseller.',
      ],
    },
    'hub-access-request': {
      subject: '{from} asks for access to {place}',
      lines: [
        '{from} asks for access to the hubs of {place}.',
        'Sign in at {portal} to approve or decline it.',
      ],
    },
    'lingering-access': {
      subject: 'Who still has access to {place}',
      lines: [
        'These still have access to {place}: {names}.',
        'Sign in at {portal} to end what is no longer needed.',
      ],
    },
    'confirm-address': { subject: 'Confirm your e-mail address', lines: ['Open this link:', '{link}'] },
  },
  pl: {
    invitation: {
      subject: '{from} udostępnia Ci {place}',
      lines: [
        '{from} udostępnia Ci lokalizację {place}.',
        'Zaloguj się na {portal}, wybierz „Dodaj udostępnioną lokalizację” i wpisz ten kod:',
        '{code}',
        'Kod jest ważny 7 dni.',
      ],
    },
    membership: {
      subject: '{from} zaprasza Cię do {place}',
      lines: [
        '{from} zaprasza Cię do organizacji {place}.',
        'Zaloguj się na {portal} tym adresem i przyjmij zaproszenie.',
      ],
    },
    transfer: {
      subject: '{from} przekazuje Ci {place}',
      lines: [
        '{from} chce przekazać Ci lokalizację {place} na własność.',
        'Zaloguj się na {portal} tym adresem i przyjmij ją.',
      ],
    },
    'reseller-invitation': {
      subject: '{from} szuka Cię jako dystrybutora',
      lines: [
        '{from} chce współpracować z Tobą jako dystrybutorem usług dla central alarmowych.',
        'Zaloguj się na {portal} i zarejestruj swoją firmę jako dystrybutora.',
      ],
    },
    'hub-access-request': {
      subject: '{from} prosi o dostęp do {place}',
      lines: [
        '{from} prosi o dostęp do central w lokalizacji {place}.',
        'Zaloguj się na {portal}, aby zatwierdzić prośbę lub ją odrzucić.',
      ],
    },
    'lingering-access': {
      subject: 'Kto nadal ma dostęp do {place}',
      lines: [
        'Dostęp do lokalizacji {place} nadal mają: {names}.',
        'Zaloguj się na {portal}, aby zakończyć dostęp, który nie jest już potrzebny.',
      ],
    },
    'confirm-address': { subject: 'Potwierdź swój adres e-mail', lines: ['Otwórz ten link:', '{link}'] },
  },
  da: {
    invitation: {
      subject: '{from} deler {place} med dig',
      lines: [
        '{from} deler lokationen {place} med dig.',
        'Log ind på {portal}, vælg "Tilføj en lokation, der er delt med dig", og indtast denne kode:',
        '{code}',
        'Koden gælder i 7 dage.',
      ],
    },
    membership: {
      subject: '{from} inviterer dig til {place}',
      lines: [
        '{from} inviterer dig til organisationen {place}.',
        'Log ind på {portal} med denne adresse, og accepter.',
      ],
    },
    transfer: {
      subject: '{from} tilbyder dig ejerskabet af {place}',
      lines: [
        '{from} tilbyder dig ejerskabet af lokationen {place}.',
        'Log ind på {portal} med denne adresse, og accepter.',
      ],
    },
    'reseller-invitation': {
      subject: '{from} søger dig som forhandler',
      lines: [
        '{from} vil gerne samarbejde med dig som forhandler af tjenester til alarmcentraler.',
        'Log ind på {portal}, og registrer din virksomhed som forhandler.',
      ],
    },
    'hub-access-request': {
      subject: '{from} beder om adgang til {place}',
      lines: [
        '{from} beder om adgang til alarmcentralerne på {place}.',
        'Log ind på {portal} for at godkende eller afvise.',
      ],
    },
    'lingering-access': {
      subject: 'Hvem der stadig har adgang til {place}',
      lines: [
        'Disse har stadig adgang til {place}: {names}.',
        'Log ind på {portal} for at fjerne adgang, der ikke længere er brug for.',
      ],
    },
    'confirm-address': { subject: 'Bekræft din e-mailadresse', lines: ['Åbn dette link:', '{link}'] },
  },
  nl: {
    invitation: {
      subject: '{from} deelt {place} met u',
      lines: [
        '{from} deelt de locatie {place} met u.',
        'Meld u aan op {portal}, kies "Een met u gedeelde locatie toevoegen" en voer deze code in:',
        '{code}',
        'De code is 7 dagen geldig.',
      ],
    },
    membership: {
      subject: '{from} nodigt u uit voor {place}',
      lines: [
        '{from} nodigt u uit voor de organisatie {place}.',
        'Meld u met dit adres aan op {portal} en accepteer.',
      ],
    },
    transfer: {
      subject: '{from} biedt u het eigendom van {place} aan',
      lines: [
        '{from} biedt u het eigendom van de locatie {place} aan.',
        'Meld u met dit adres aan op {portal} en accepteer.',
      ],
    },
    'reseller-invitation': {
      subject: '{from} zoekt u als wederverkoper',
      lines: [
        '{from} wil met u samenwerken als wederverkoper van diensten voor alarmhubs.',
        'Meld u aan op {portal} en registreer uw bedrijf als wederverkoper.',
      ],
    },
    'hub-access-request': {
      subject: '{from} vraagt toegang tot {place}',
      lines: [
        '{from} vraagt toegang tot de hubs van {place}.',
        'Meld u aan op {portal} om dit goed te keuren of te weigeren.',
      ],
    },
    'lingering-access': {
      subject: 'Wie nog toegang heeft tot {place}',
      lines: [
        'Deze partijen hebben nog toegang tot {place}: {names}.',
        'Meld u aan op {portal} om toegang te beëindigen die niet meer nodig is.',
      ],
    },
    'confirm-address': { subject: 'Bevestig uw e-mailadres', lines: ['Open deze link:', '{link}'] },
  },
  fr: {
    invitation: {
      subject: '{from} partage {place} avec vous',
      lines: [
        '{from} partage le site {place} avec vous.',
        'Connectez-vous sur {portal}, choisissez « Ajouter un site partagé avec vous » et saisissez ce code :',
        '{code}',
        'Le code est valable 7 jours.',
      ],
    },
    membership: {
      subject: '{from} vous invite à rejoindre {place}',
      lines: [
        "{from} vous invite à rejoindre l'organisation {place}.",
        'Connectez-vous sur {portal} avec cette adresse et acceptez.',
      ],
    },
    transfer: {
      subject: '{from} vous propose la propriété de {place}',
      lines: [
        '{from} vous propose la propriété du site {place}.',
        'Connectez-vous sur {portal} avec cette adresse et acceptez.',
      ],
    },
    'reseller-invitation': {
      subject: '{from} vous cherche comme revendeur',
      lines: [
        "{from} souhaite travailler avec vous comme revendeur de services pour centrales d'alarme.",
        'Connectez-vous sur {portal} et enregistrez votre société comme revendeur.',
      ],
    },
    'hub-access-request': {
      subject: "{from} demande l'accès à {place}",
      lines: [
        "{from} demande l'accès aux centrales de {place}.",
        'Connectez-vous sur {portal} pour accepter ou refuser.',
      ],
    },
    'lingering-access': {
      subject: 'Qui a encore accès à {place}',
      lines: [
        'Ont encore accès à {place} : {names}.',
        'Connectez-vous sur {portal} pour mettre fin aux accès devenus inutiles.',
      ],
    },
    'confirm-address': { subject: 'Confirmez votre adresse e-mail', lines: ['Ouvrez ce lien :', '{link}'] },
  },
};

/** The mail in the language it was asked for; one that we do not speak is English. */
export function write(
  template: Written,
  language: string,
  values: Readonly<Record<string, string>>,
): { readonly subject: string; readonly text: string } {
  const spoken = texts[language as Language] ?? texts.en;
  const { subject, lines } = spoken[template];
  const fill = (text: string): string =>
    // Names come from people: none of them may end a line of a mail's head.
    text.replaceAll(/\{(\w+)\}/g, (_, name: string) => (values[name] ?? '').replaceAll(/[\r\n]+/g, ' '));
  return { subject: fill(subject), text: `${lines.map(fill).join('\n\n')}\n` };
}
