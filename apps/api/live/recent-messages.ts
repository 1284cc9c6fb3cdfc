import type { Limit } from '#libs/contracts/limit.js';
import type { Observation } from '#libs/contracts/observation.js';

/** Longer than telemetry takes to store a state: what is older is in the snapshot table. */
const kept_ms = 5_000;
const keptPerSite = 500;

type Message = Observation | Limit;

/** What was said in the last seconds, of every site: the gap between the stored state and the live one. */
export class RecentMessages {
  private readonly sites = new Map<string, { readonly at: number; readonly message: Message }[]>();

  add(siteId: string, message: Message, at: number): void {
    const messages = this.sites.get(siteId);
    if (!messages) this.sites.set(siteId, [{ at, message }]);
    else {
      if (messages.length >= keptPerSite) messages.shift();
      messages.push({ at, message });
    }
  }

  of(siteId: string): readonly Message[] {
    return (this.sites.get(siteId) ?? []).map(({ message }) => message);
  }

  prune(now: number): void {
    for (const [siteId, messages] of this.sites) {
      const first = messages.findIndex(({ at }) => now - at <= kept_ms);
      if (first === -1) this.sites.delete(siteId);
      else if (first > 0) messages.splice(0, first);
    }
  }
}
