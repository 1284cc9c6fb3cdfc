/**
 * What the broker publishes into: nobody. Everything a device says is taken in authorizePublish, and what a device is
 * told is written to its own connection, so matching topics against subscribers would cost time and deliver nothing.
 * The stock emitter also recurses once per message while subscribers are slow, which overflows the stack under load.
 */
export class SilentEmitter {
  readonly concurrency = 0;
  readonly current = 0;
  readonly length = 0;
  closed = false;

  on(_topic: string, _listener: unknown, done?: () => void): this {
    if (done) setImmediate(done);
    return this;
  }

  removeListener(_topic: string, _listener: unknown, done?: () => void): this {
    if (done) setImmediate(done);
    return this;
  }

  removeAllListeners(_topic: string, done?: () => void): this {
    if (done) setImmediate(done);
    return this;
  }

  emit(_message: unknown, done?: (error?: Error) => void): this {
    done?.();
    return this;
  }

  close(done: () => void): void {
    this.closed = true;
    setImmediate(done);
  }
}
