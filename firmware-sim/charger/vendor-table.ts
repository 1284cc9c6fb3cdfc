/** Answers one vendor message's data; null: there is nothing to say. */
export type VendorHandler = (data: string) => string | null;

export interface VendorAnswer {
  readonly status: 'Accepted' | 'UnknownMessageId' | 'UnknownVendorId';
  readonly data: string | null;
}

/** The vendor messages (DataTransfer, OCPP 1.6 5.6, OCPP 2.0.1 P01) that this charger understands: none from the factory. */
export class VendorTable {
  private readonly vendors = new Map<string, Map<string, VendorHandler>>();

  /** From now on the charger understands the vendor's message; the empty name is the message without one. */
  teach(vendorId: string, messageId: string, handler: VendorHandler): void {
    const messages = this.vendors.get(vendorId) ?? new Map<string, VendorHandler>();
    messages.set(messageId, handler);
    this.vendors.set(vendorId, messages);
  }

  answer(vendorId: string, messageId: string | undefined, data: string | undefined): VendorAnswer {
    const messages = this.vendors.get(vendorId);
    if (!messages) return { status: 'UnknownVendorId', data: null };
    const handler = messages.get(messageId ?? '');
    if (!handler) return { status: 'UnknownMessageId', data: null };
    return { status: 'Accepted', data: handler(data ?? '') };
  }
}
