/**
 * Gives a device that still has the credential it left the factory with one of its own, as soon as it may be told, without
 * anybody asking. One implementation for each protocol: a new OCPP password, or the credential downlink over MQTT. Both
 * credentials open the door until the new one was used (`offerSecret` and `takeNextSecret` keep that); from then on the
 * factory's opens it never again, until a factory reset.
 */
export interface OwnCredentials<Connection> {
  /** `leaves`: the device has taken it and must come back with it, so nothing more is sent on this connection. Never rejects. */
  give(connection: Connection): Promise<'stays' | 'leaves'>;
}
