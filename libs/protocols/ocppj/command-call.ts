export interface OneCall {
  readonly action: string;
  readonly payload: object;
}

/** What a command becomes on the wire of one charger, or why nothing is sent. */
export type CommandCall =
  | {
      readonly kind: 'call';
      readonly action: string;
      readonly payload: object;
      /** Sent one after the other while each is agreed to; the answer to the last that was sent is the command's. */
      readonly followedBy?: readonly OneCall[];
      /** What is to be said beside an answer that agrees; it ends up in the command as its reason. */
      readonly explain?: (answer: unknown) => Promise<string>;
      /** Told of the end, when something has to follow it. */
      readonly concluded?: (state: 'accepted' | 'rejected' | 'failed') => Promise<void>;
    }
  /** It is carried out without the charger. */
  | { readonly kind: 'no-wire'; readonly reason: string }
  /** This charger cannot be asked it; the command ends as rejected. */
  | { readonly kind: 'unsupported'; readonly reason: string };

export const call = (action: string, payload: object): CommandCall => ({ kind: 'call', action, payload });
export const unsupported = (reason: string): CommandCall => ({ kind: 'unsupported', reason });
