export interface Reservation {
  readonly id: number;
  /** 0: any connector of the charger. */
  readonly connectorId: number;
  readonly token: string;
  readonly group: string | null;
  readonly expires_ms: number;
}

/** Who a connector is kept for, and until when (OCPP 1.6 5.13 and 8, OCPP 2.0.1 H01 to H04). */
export class Reservations {
  private readonly byId = new Map<number, Reservation>();

  /** A reservation with the same id is replaced. */
  keep(reservation: Reservation): void {
    this.byId.set(reservation.id, reservation);
  }

  get(id: number): Reservation | null {
    return this.byId.get(id) ?? null;
  }

  on(connectorId: number): Reservation | null {
    return [...this.byId.values()].find((reservation) => reservation.connectorId === connectorId) ?? null;
  }

  /** Whether the card may use the connector: nobody else has it. */
  admits(connectorId: number, token: string, group: string | null): boolean {
    const reservation = this.on(connectorId);
    return !reservation || this.isFor(reservation, token, group);
  }

  /** The reservation that this card uses up by starting on the connector. */
  usedBy(connectorId: number, token: string, group: string | null): Reservation | null {
    for (const reservation of [this.on(connectorId), this.on(0)])
      if (reservation && this.isFor(reservation, token, group)) return reservation;
    return null;
  }

  remove(id: number): boolean {
    return this.byId.delete(id);
  }

  clear(): void {
    this.byId.clear();
  }

  /** Takes out and answers those whose time is over. */
  expire(now_ms: number): Reservation[] {
    const over = [...this.byId.values()].filter(({ expires_ms }) => expires_ms <= now_ms);
    for (const { id } of over) this.byId.delete(id);
    return over;
  }

  private isFor(reservation: Reservation, token: string, group: string | null): boolean {
    return reservation.token === token || (group !== null && reservation.group === group);
  }
}
