/** What an MQTT bench compares; mosquitto is a program of its own. */
export const mqttServers = ['bare aedes', 'Busbar'] as const;
export type MqttServerKind = (typeof mqttServers)[number];
export const benchSecret = 'a secret of the bench';
