/** MQTT 3.1.1 by hand, as much as a load generator says: it must cost less than what it measures. */

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

/** 2.2.3: seven bits a byte, the lowest first. */
function framed(header: number, body: Buffer): Buffer {
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([header, ...length]), body]);
}

/** 3.1, clean session, user name and password. */
export const connectFrame = (identity: string, secret: string, keepAlive_s: number): Buffer =>
  framed(
    0x10,
    Buffer.concat([
      text('MQTT'),
      Buffer.from([4, 0xc2, keepAlive_s >> 8, keepAlive_s & 0xff]),
      text(identity),
      text(identity),
      text(secret),
    ]),
  );

/** 3.3 with QoS 1. */
export const publishFrame = (topic: string, messageId: number, payload: Buffer): Buffer =>
  framed(0x32, Buffer.concat([text(topic), Buffer.from([messageId >> 8, messageId & 0xff]), payload]));

/** 3.8 with QoS 0. */
export const subscribeFrame = (filter: string): Buffer =>
  framed(0x82, Buffer.concat([Buffer.from([0, 1]), text(filter), Buffer.from([0])]));

/** Counts CONNACK and PUBACK, which have four bytes each (3.2, 3.4); nothing else is sent to who does not subscribe. */
export class AnswerCounter {
  private bytes = 0;

  /** How many answers `chunk` completed. */
  take(chunk: Buffer): number {
    const before = this.bytes >> 2;
    this.bytes += chunk.length;
    return (this.bytes >> 2) - before;
  }
}
