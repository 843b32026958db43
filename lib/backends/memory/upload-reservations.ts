import { RESERVED_MS, type Reservation, type UploadReservations } from "../../ports/upload-reservations.ts";

interface Reserved extends Reservation {
  /** Time of the last reservation by `performance.now()`. */
  readonly at: number;
}

/** Reservations of one process. */
export class MemoryUploadReservations implements UploadReservations {
  readonly #reserved = new Map<string, Reserved>();

  async reserve(reservation: Reservation): Promise<number> {
    await this.sweep();
    this.#reserved.set(reservation.id, { ...reservation, at: performance.now() });
    let bytes = 0;
    for (const other of this.#reserved.values()) if (other.account === reservation.account) bytes += other.bytes;
    return bytes;
  }

  async release(id: string): Promise<void> {
    this.#reserved.delete(id);
  }

  async sweep(): Promise<void> {
    const before = performance.now() - RESERVED_MS;
    for (const [id, { at }] of this.#reserved) if (at < before) this.#reserved.delete(id);
  }
}
