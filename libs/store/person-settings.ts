import type { Queryable } from './pool.js';

export const languages = ['en', 'pl', 'da', 'nl', 'fr'] as const;
export type Language = (typeof languages)[number];

/** The language a person reads; English while nothing was set. */
export async function languageOf(client: Queryable, personId: string): Promise<Language> {
  const { rows } = await client.query<{ language: Language }>(
    'SELECT language FROM person_settings WHERE person_id = $1',
    [personId],
  );
  return rows[0]?.language ?? 'en';
}

export async function setLanguage(client: Queryable, personId: string, language: Language): Promise<void> {
  await client.query(
    `INSERT INTO person_settings (person_id, language) VALUES ($1, $2)
     ON CONFLICT (person_id) DO UPDATE SET language = $2`,
    [personId, language],
  );
}
