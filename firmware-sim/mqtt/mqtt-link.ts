import { connect, type MqttClient } from 'mqtt';

export interface MqttLinkOptions {
  readonly mqttUrl: string;
  readonly identity: string;
  readonly secret: string;
  readonly reconnect_ms: number;
  /** Topics under the device's own prefix to listen to. */
  readonly listen: readonly string[];
  readonly onConnect: () => void;
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
}

/** A device's MQTT connection: its own credentials, its own topics (`bb/v1/{id}/...`), a last will. */
export class MqttLink {
  connections = 0;
  private client: MqttClient | null = null;
  private secret: string;
  private readonly prefix: string;

  constructor(private readonly options: MqttLinkOptions) {
    this.prefix = `bb/v1/${options.identity}/`;
    this.secret = options.secret;
  }

  /** The password that it connects with. */
  get password(): string {
    return this.secret;
  }

  get connected(): boolean {
    return this.client?.connected ?? false;
  }

  start(): void {
    if (this.client) return;
    const { mqttUrl, identity, reconnect_ms, listen, onConnect, onMessage } = this.options;
    const client = connect(mqttUrl, {
      clientId: identity,
      username: identity,
      password: this.secret,
      clean: true,
      protocolVersion: 4,
      reconnectPeriod: reconnect_ms,
      // One that is refused today may be claimed tomorrow.
      reconnectOnConnackError: true,
      // A reading that could not be sent in its second is worth nothing; events have an outbox of their own.
      queueQoSZero: false,
      will: { topic: `${this.prefix}offline`, payload: Buffer.alloc(0), qos: 1, retain: false },
    });
    this.client = client;
    client.on('error', () => undefined);
    client.on('message', (topic, payload) => onMessage(topic.slice(this.prefix.length), payload));
    client.on('connect', () => {
      this.connections++;
      if (listen.length > 0) {
        client.subscribe(
          listen.map((topic) => this.prefix + topic),
          { qos: 1 },
          () => undefined,
        );
      }
      onConnect();
    });
  }

  /** Resolves with true when it left (QoS 0) or was acknowledged with PUBACK (QoS 1). */
  publish(topic: string, payload: Uint8Array, qos: 0 | 1): Promise<boolean> {
    const { client } = this;
    if (!client?.connected) return Promise.resolve(false);
    return new Promise((resolve) => {
      client.publish(this.prefix + topic, Buffer.from(payload), { qos }, (error) => resolve(!error));
    });
  }

  /** Comes again with a new password; the old connection ends without a goodbye. */
  async useSecret(secret: string): Promise<void> {
    this.secret = secret;
    await this.stop();
    this.start();
  }

  /** As it left the factory: the next connection is opened with the credential it had then. */
  forgetSecret(): void {
    this.secret = this.options.secret;
  }

  /** Loses the network without a goodbye, so that the broker has to tell the last will. */
  cut(): void {
    this.client?.stream?.destroy();
  }

  async stop(): Promise<void> {
    const { client } = this;
    this.client = null;
    await client?.endAsync(true);
  }
}
