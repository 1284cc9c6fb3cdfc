import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { Logger } from '#libs/platform/logger.js';
import { tolerances, type Tolerance } from '#libs/protocols/ocppj/tolerance.js';
import type { Product } from '#libs/store/device-registry.js';

const key = z.string().min(1).max(100);
/** What a vendor calls a message of its own (DataTransfer). */
const vendorMessageSchema = z.strictObject({
  vendorId: z.string().min(1).max(255),
  messageId: z.string().min(1).max(50),
});
export type VendorMessage = z.infer<typeof vendorMessageSchema>;

/** OCPP 1.6 configuration keys, or OCPP 2.0.1 `Component.Variable`. */
const networkKeysSchema = z.strictObject({ mediumKey: key, ssidKey: key, passphraseKey: key });
export type NetworkKeys = z.infer<typeof networkKeysSchema>;

const profileSchema = z.strictObject({
  /** As the BootNotification names it, upper and lower case alike. */
  vendor: z.string().min(1),
  /** The model, or its beginning followed by `*`; absent: every model of the vendor. */
  model: z.string().min(1).optional(),
  /** What may be put right in its messages; it replaces the list of everybody. */
  tolerates: z.array(z.enum(tolerances)).optional(),
  /** OCPP 1.6 configuration key, or OCPP 2.0.1 `Component.Variable`, of the brightness of its light. */
  brightnessKey: key.optional(),
  /** The message that makes it as it left the factory. */
  factoryReset: vendorMessageSchema.optional(),
  /** The message that tests the residual-current device of a connector; its data is {"connector": 1}. */
  residualCurrentTest: vendorMessageSchema.optional(),
  /** Where it keeps how it reaches the internet. */
  network: networkKeysSchema.optional(),
});

const catalogueSchema = z.strictObject({ profiles: z.array(profileSchema).max(10_000) });
export type QuirkProfile = z.infer<typeof profileSchema>;

/** How one product's messages are read and written. */
export interface Quirks {
  readonly tolerates: ReadonlySet<Tolerance>;
  readonly brightnessKey: string | null;
  readonly factoryReset: VendorMessage;
  readonly residualCurrentTest: VendorMessage;
  /** Null: as its version of OCPP has it. */
  readonly network: NetworkKeys | null;
}

/** Every small mistake is put right until a profile says otherwise: what was meant is plain in each of them. */
const everybody: Quirks = {
  tolerates: new Set(tolerances),
  brightnessKey: null,
  factoryReset: { vendorId: 'busbar', messageId: 'FactoryReset' },
  residualCurrentTest: { vendorId: 'busbar', messageId: 'ResidualCurrentTest' },
  network: null,
};

/** Throws with every mistake in the file. */
export function parseCatalogue(text: string): readonly QuirkProfile[] {
  const parsed = catalogueSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data.profiles;
  throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

function fits(profile: QuirkProfile, { vendor, model }: Product): boolean {
  if (!same(profile.vendor, vendor)) return false;
  if (profile.model === undefined) return true;
  if (!profile.model.endsWith('*')) return same(profile.model, model);
  return model.toLowerCase().startsWith(profile.model.slice(0, -1).toLowerCase());
}

/**
 * Known deviations by vendor and model, from a JSON file that is read again whenever it changes: no charger reconnects for
 * it. A file with a mistake is logged, and the last good one stays in force.
 */
export class QuirkCatalogue {
  private profiles: readonly QuirkProfile[] = [];
  private readAt_ms: number | null = null;

  constructor(
    /** Null: no file, everybody is treated alike. */
    private readonly file: string | null,
    private readonly logger: Logger,
  ) {}

  /** The first profile that fits; vendors not listed have the quirks of everybody. */
  of(product: Product | null): Quirks {
    const profile = product && this.profiles.find((each) => fits(each, product));
    if (!profile) return everybody;
    return {
      tolerates: profile.tolerates ? new Set(profile.tolerates) : everybody.tolerates,
      brightnessKey: profile.brightnessKey ?? null,
      factoryReset: profile.factoryReset ?? everybody.factoryReset,
      residualCurrentTest: profile.residualCurrentTest ?? everybody.residualCurrentTest,
      network: profile.network ?? null,
    };
  }

  /** Reads the file when it is new or has changed; never rejects. */
  async refresh(): Promise<void> {
    if (this.file === null) return;
    try {
      const { mtimeMs } = await stat(this.file);
      if (mtimeMs === this.readAt_ms) return;
      this.readAt_ms = mtimeMs;
      this.profiles = parseCatalogue(await readFile(this.file, 'utf8'));
      this.logger.info({ file: this.file, profiles: this.profiles.length }, 'read the quirk catalogue');
    } catch (error) {
      this.logger.error(
        { file: this.file, reason: (error as Error).message },
        'the quirk catalogue cannot be used; the last good one stays in force',
      );
    }
  }
}
