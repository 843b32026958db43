/**
 * Packets larger than a NATS message are split into fragments and reassembled by the receiver.
 *
 * A sender publishes a packet's fragments consecutively on one connection, and NATS preserves the order per sender and
 * subject. So a source has at most one unfinished packet, and a fragment that does not continue it aborts it.
 */

export interface Fragment {
  /** Sender and subject. The fragments of one source arrive in order. */
  readonly source: string;
  /** Distinguishes the packets of a source. */
  readonly packet: string;
  /** Offset of the bytes in the packet. */
  readonly offset: number;
  /** Length of the whole packet, in bytes. */
  readonly total: number;
  readonly bytes: Uint8Array;
}

export type Piece = Pick<Fragment, "offset" | "total" | "bytes">;

/** Views of the data, each at most `maxBytes` long. */
export function* cut(data: Uint8Array, maxBytes: number): Generator<Piece> {
  for (let offset = 0; offset < data.length; offset += maxBytes)
    yield { offset, total: data.length, bytes: data.subarray(offset, offset + maxBytes) };
}

export interface AssemblerLimits {
  /** Bytes of unfinished packets over all sources. The oldest packet is evicted first. */
  readonly maxBytes: number;
  /** Time without a fragment after which the sender is presumed dead. */
  readonly maxPauseMs: number;
}

interface Unfinished {
  readonly packet: string;
  readonly data: Buffer;
  received: number;
  lastAt: number;
}

export class Assembler {
  readonly #limits: AssemblerLimits;
  /** Unfinished packets by source, oldest first. */
  readonly #unfinished = new Map<string, Unfinished>();
  #bytes = 0;

  constructor(limits: AssemblerLimits) {
    this.#limits = limits;
  }

  /** Bytes reserved for unfinished packets. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @returns the packet if this was its last fragment. */
  add({ source, packet, offset, total, bytes }: Fragment, now: number): Buffer | undefined {
    if (offset === 0) this.#begin(source, packet, total, now);
    const unfinished = this.#unfinished.get(source);
    if (!unfinished) return undefined;
    const { data, received } = unfinished;
    if (unfinished.packet !== packet || received !== offset || offset + bytes.length > data.length) {
      this.#drop(source);
      return undefined;
    }
    data.set(bytes, offset);
    unfinished.received += bytes.length;
    unfinished.lastAt = now;
    if (unfinished.received < data.length) return undefined;
    this.#drop(source);
    return data;
  }

  /** Drops packets whose sender has gone silent. */
  expire(now: number): void {
    for (const [source, { lastAt }] of this.#unfinished) if (now - lastAt > this.#limits.maxPauseMs) this.#drop(source);
  }

  #begin(source: string, packet: string, total: number, now: number): void {
    this.#drop(source);
    if (!Number.isSafeInteger(total) || total <= 0 || total > this.#limits.maxBytes) return;
    for (const other of this.#unfinished.keys()) {
      if (this.#bytes + total <= this.#limits.maxBytes) break;
      this.#drop(other);
    }
    this.#unfinished.set(source, { packet, data: Buffer.allocUnsafeSlow(total), received: 0, lastAt: now });
    this.#bytes += total;
  }

  #drop(source: string): void {
    this.#bytes -= this.#unfinished.get(source)?.data.length ?? 0;
    this.#unfinished.delete(source);
  }
}
