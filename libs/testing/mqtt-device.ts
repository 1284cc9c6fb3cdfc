import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';

export interface MqttCredentials {
  readonly identity: string;
  readonly secret: string;
}

export interface Heard {
  readonly downlink: string;
  readonly body: Record<string, unknown>;
}

/** A device on the JSON twins of its topics, by somebody else's MQTT client. Says only what a test tells it to. */
export class MqttDevice {
  /** Everything it was told, in order. */
  readonly heard: Heard[] = [];
  /** Resolves when the connection ends. */
  readonly closed: Promise<true>;

  private constructor(
    readonly identity: string,
    readonly client: MqttClient,
  ) {
    const prefix = `bb/v1/${identity}/json/`;
    client.on('error', () => undefined);
    client.on('message', (topic, payload) => {
      const body = JSON.parse(payload.toString()) as Heard['body'];
      this.heard.push({ downlink: topic.slice(prefix.length), body });
    });
    this.closed = new Promise((resolve) => {
      client.once('close', () => resolve(true));
    });
  }

  /** Connects once, and listens to these downlinks when the call resolves. */
  static async connect(
    url: string,
    { identity, secret }: MqttCredentials,
    listen: readonly string[],
    options: IClientOptions,
  ): Promise<MqttDevice> {
    const client = await connectAsync(
      url,
      { clientId: identity, username: identity, password: secret, reconnectPeriod: 0, ...options },
      false,
    );
    const device = new MqttDevice(identity, client);
    for (const downlink of listen)
      await client.subscribeAsync(`bb/v1/${identity}/json/${downlink}`, { qos: 1 });
    return device;
  }

  /** Resolves with the PUBACK. */
  async tell(uplink: string, body: object): Promise<void> {
    const topic = `bb/v1/${this.identity}/json/${uplink}`;
    await this.client.publishAsync(topic, JSON.stringify(body), { qos: 1 });
  }

  bodies(downlink: string): Heard['body'][] {
    return this.heard.filter((each) => each.downlink === downlink).map(({ body }) => body);
  }

  async end(): Promise<void> {
    await this.client.endAsync();
  }
}
