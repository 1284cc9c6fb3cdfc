import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { compiled, single, siteTopology } from '#libs/testing/site-builder.js';
import { observe, type ConnectorEvent } from './observe.js';
import { defaultPolicy } from './policy.js';
import { createSiteState } from './site-state.js';

const now = epochMilliseconds(1_700_000_000_000);

const charging = () => {
  const site = compiled(siteTopology({ fuse_A: 25, chargers: [{ wiring: single('L1') }] }));
  const state = createSiteState(site, now, defaultPolicy);
  const tell = (event: ConnectorEvent): void => observe(state, 0, now, event);
  const connector = state.connectors[0]!;
  tell({ type: 'started', transactionId: 7, resumed: false });
  connector.commitment.sent({
    limitId: 'a',
    current_A: 16,
    numberPhases: null,
    leaseUntil: epochMilliseconds(now + 60_000),
  });
  tell({ type: 'answered', limitId: 'a', outcome: 'accepted' });
  return { connector, tell };
};

describe('what the allocator hears of a connector', () => {
  it('I1: an old start said again neither ends the running transaction nor forgets its lease', () => {
    const { connector, tell } = charging();
    tell({ type: 'started', transactionId: 5, resumed: false });
    tell({ type: 'started', transactionId: 7, resumed: false });
    expect(connector.transactionId).toBe(7);
    expect(connector.commitment.inForce(now)?.current_A).toBe(16);
  });

  it('does not begin a transaction again that has ended', () => {
    const { connector, tell } = charging();
    tell({ type: 'ended', transactionId: 7 });
    tell({ type: 'started', transactionId: 7, resumed: false });
    tell({ type: 'started', transactionId: 7, resumed: true });
    expect(connector.transactionId).toBeNull();
  });

  it('begins a newer one without what was learnt of the earlier', () => {
    const { connector, tell } = charging();
    tell({ type: 'started', transactionId: 8, resumed: false });
    expect(connector.transactionId).toBe(8);
    expect(connector.commitment.inForce(now)).toBeNull();
  });

  it('I12: readings that are no currents are no evidence', () => {
    const { connector, tell } = charging();
    tell({ type: 'sampled', current_A: [Number.NaN, 0, 0] });
    tell({ type: 'sampled', current_A: [-5, 0, 0] });
    expect(connector.sample).toBeNull();
  });
});
