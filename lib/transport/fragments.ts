/**
 * Packets larger than NATS takes in one message are cut into fragments and put together again at the receiver.
 *
 * A sender publishes the fragments of a packet one after the other on one connection, and NATS keeps the order of one
 * sender on one subject. So a source has at most one unfinished packet, and what does not continue it ends it.
 */

export interface Fragment {
  /** Who sent it on which subject: the fragments of a source come in order. */
  readonly source: string;
  /** Tells the packets of a source apart. */
  readonly packet: string;
  /** Offset of the bytes in the packet. */
  readonly offset: number;
  /** Length of the whole packet, in bytes. */
  readonly total: number;
  readonly bytes: Uint8Array;
}

export type Piece = Pick<Fragment, "offset" | "total" | "bytes">;

/** Views of the data, none longer than `maxBytes`. */
export function* cut(data: Uint8Array, maxBytes: number): Generator<Piece> {
  for (let offset = 0; offset < data.length; offset += maxBytes)
    yield { offset, total: data.length, bytes: data.subarray(offset, offset + maxBytes) };
}

export interface AssemblerLimits {
  /** Bytes of unfinished packets, all sources together. The packet that was begun first makes room. */
  readonly maxBytes: number;
  /** Time without a fragment after which a packet's sender is taken to be dead. */
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
  /** By source, in the order they were begun. */
  readonly #unfinished = new Map<string, Unfinished>();
  #bytes = 0;

  constructor(limits: AssemblerLimits) {
    this.#limits = limits;
  }

  /** Bytes kept for unfinished packets. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @returns the packet, if this was its last fragment. */
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

  /** Forgets packets whose sender has fallen silent. */
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
