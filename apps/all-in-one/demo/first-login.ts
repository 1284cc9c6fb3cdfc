import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { keepFile } from './keep-file.js';

const firstLoginSchema = z.object({ name: z.string(), email: z.string(), password: z.string() });
export type FirstLogin = z.infer<typeof firstLoginSchema>;

/** The generated first account; its password stays in the data folder so that it can be looked up again. */
export async function firstLogin(folder: string): Promise<FirstLogin> {
  const text = await keepFile(join(folder, 'first-login.json'), () => {
    const password = randomBytes(9).toString('base64url');
    return `${JSON.stringify({ name: 'Garage Installer', email: 'installer@busbar.example', password }, null, 2)}\n`;
  });
  return firstLoginSchema.parse(JSON.parse(text));
}
