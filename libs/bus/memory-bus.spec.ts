import { busConformance } from '#libs/testing/bus-conformance.js';
import { MemoryBus } from './memory-bus.js';

busConformance('in memory', async () => new MemoryBus());
