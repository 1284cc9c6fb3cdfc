import type { ReportChargingProfilesRequest } from '#libs/protocols/ocpp201/report-payloads.js';
import type { CallHandler } from '../../call-handler.js';
import type { DocumentPorts } from './notify-display-messages.js';

/** OCPP 2.0.1 K09: the profiles a station holds, ours and those of others, stored as they come. */
export const reportChargingProfiles =
  (ports: DocumentPorts): CallHandler<ReportChargingProfilesRequest> =>
  async ({ device, request, receivedAt }) => {
    const { evseId, chargingLimitSource, chargingProfile } = request;
    const documents = chargingProfile.map((profile) => ({
      itemId: `${evseId}/${chargingLimitSource}/${profile.id}`,
      document: { evseId, chargingLimitSource, profile },
    }));
    await ports.reports.saveDocuments(device.deviceId, 'charging-profile', documents, receivedAt);
    await ports.observe(device, { type: 'heard' }, { deviceTime: receivedAt, receivedAt });
    return {};
  };
