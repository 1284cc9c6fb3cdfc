import type { DataTransferRequest } from '#libs/protocols/ocpp16/payloads.js';
import type { Observe } from '../../../observe.js';
import type { CallHandler } from '../../call-handler.js';

/** What a vendor's messages are answered with, by vendorId; none has been agreed with a vendor yet. */
export type VendorTable = Readonly<Record<string, CallHandler<DataTransferRequest>>>;

/** OCPP 1.6 4.3: a vendor we have no agreement with is told so, never met with an error. */
export const dataTransfer =
  (ports: { observe: Observe; vendors: VendorTable }): CallHandler<DataTransferRequest> =>
  async (call) => {
    const { device, request, receivedAt } = call;
    await ports.observe(device, { type: 'heard' }, { deviceTime: receivedAt, receivedAt });
    const vendor = Object.hasOwn(ports.vendors, request.vendorId)
      ? ports.vendors[request.vendorId]
      : undefined;
    return vendor ? vendor(call) : { status: 'UnknownVendorId' };
  };
