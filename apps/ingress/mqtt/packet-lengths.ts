/**
 * Follows the packet boundaries in an MQTT byte stream without keeping a byte of it (MQTT 3.1.1 2.2.3): the broker
 * behind would collect a packet of any announced length, up to 256 MB, before it looked at it.
 */
export class PacketLengths {
  private state: 'header' | 'length' | 'body' = 'header';
  private length = 0;
  private shift = 0;
  private remaining = 0;

  constructor(private readonly maximum_bytes: number) {}

  /** Number of packets that began in `chunk`, or why the stream must end. */
  scan(chunk: Uint8Array): number | 'oversize' | 'malformed' {
    let packets = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.state === 'body') {
        const taken = Math.min(this.remaining, chunk.length - at);
        this.remaining -= taken;
        at += taken;
        if (this.remaining === 0) this.state = 'header';
        continue;
      }
      const byte = chunk[at++] ?? 0;
      if (this.state === 'header') {
        packets++;
        this.state = 'length';
        this.length = 0;
        this.shift = 0;
        continue;
      }
      this.length += (byte & 0x7f) * 2 ** this.shift;
      this.shift += 7;
      if (this.length > this.maximum_bytes) return 'oversize';
      if (byte & 0x80) {
        if (this.shift > 21) return 'malformed';
        continue;
      }
      this.remaining = this.length;
      this.state = this.length === 0 ? 'header' : 'body';
    }
    return packets;
  }
}
