/** Number of partitions of every topic; fixed, because offsets and ownership are kept per partition. */
export const partitionCount = 64;

export const allPartitions: readonly number[] = Array.from({ length: partitionCount }, (_, index) => index);

/** The partition of a site: 32-bit FNV-1a of its id modulo the partition count. Stable across processes and releases. */
export function partitionOf(siteId: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < siteId.length; index++) {
    hash ^= siteId.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % partitionCount;
}
