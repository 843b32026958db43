import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { BlobMemory, BlobSource, BlobUpload } from "../../ports/blob-store.ts";
import { limited } from "../blob-source.ts";
import { PackUpload } from "../packs/pack-upload.ts";
import { PackingUpload, type ReadBlob } from "../packs/packing-upload.ts";
import { type JetStreamConnection, PAUSE_MS } from "./connection.ts";
import { IN_PROCESS, jetStreamCode, jetStreamUnavailable, WRONG_LAST_SEQUENCE } from "./failure.ts";
import { type Manifest, manifestHeaders, manifestOf } from "./manifest.ts";
import { PieceUpload } from "./piece-upload.ts";
import { pieces } from "./pieces.ts";

/** Space reserved for a message's headers. */
const MARGIN_BYTES = 16_384;
/** Pieces of one blob in flight. */
const PIECES_IN_FLIGHT = 2;

/** An upload to a stream. A pack is one message, and so is a larger blob that fits into a message. */
export function jetStreamUpload(jetstream: JetStreamConnection, jobSubject: string, memory: BlobMemory): BlobUpload {
  const maxPayload = jetstream.connection.info?.max_payload ?? 1_048_576;
  const pieceBytes = maxPayload - Math.min(MARGIN_BYTES, Math.floor(maxPayload / 2));
  const storePack = (name: string, pack: Buffer) => jetstream.publish(`${jobSubject}.${name}`, pack);
  const large = new LargeBlobs(jetstream, jobSubject, pieceBytes);
  return new PackingUpload(new PackUpload(storePack, memory, pieceBytes), (...blob) => large.store(...blob));
}

/**
 * Blobs that are not in packs. Each is one message or, if it does not fit, pieces and a manifest that makes them
 * visible.
 */
class LargeBlobs {
  readonly #jetstream: JetStreamConnection;
  readonly #subject: string;
  readonly #pieceBytes: number;

  constructor(jetstream: JetStreamConnection, jobSubject: string, pieceBytes: number) {
    this.#jetstream = jetstream;
    this.#subject = jobSubject;
    this.#pieceBytes = pieceBytes;
  }

  async store(source: BlobSource, maxBytes: number, smallBytes: number): Promise<ReadBlob> {
    const upload = new PieceUpload(this.#jetstream, this.#subject, PIECES_IN_FLIGHT);
    const hashed = createHash("sha256");
    let bytes = 0;
    let last: Uint8Array = Buffer.alloc(0);
    try {
      for await (const piece of pieces(limited(source, maxBytes), this.#pieceBytes)) {
        // The last piece is sent after the source has ended: if it is the only piece, it is the blob itself.
        if (last.length > 0) await upload.send(last);
        last = piece;
        bytes += piece.length;
        hashed.update(piece);
      }
      if (upload.count > 0) await upload.send(last);
      await upload.end();
    } catch (error) {
      // Pieces that cannot be removed now are deleted with the job.
      await upload.discard().catch(() => {});
      throw error;
    }
    const sha256 = hashed.digest("hex");
    if (bytes <= smallBytes) return { sha256, bytes, small: last };
    if (upload.count === 0) await this.#jetstream.publish(`${this.#subject}.${sha256}`, last);
    else await this.#reveal(`${this.#subject}.${sha256}`, upload, bytes);
    return { sha256, bytes };
  }

  /**
   * Makes a blob in pieces visible. If the blob was visible already, the pieces are discarded. If this fails, the
   * manifest may have been stored all the same, so the pieces stay: a manifest without pieces would keep the image from
   * being stored again.
   */
  async #reveal(subject: string, upload: PieceUpload, bytes: number): Promise<void> {
    const manifest = { upload: upload.id, pieces: upload.count, pieceBytes: this.#pieceBytes, bytes };
    if (await this.#isFirst(subject, manifest)) return;
    // A manifest resent after a lost acknowledgement conflicts with itself. If none is found, the job was deleted with
    // all its pieces, or a server does not have the manifest yet.
    const shown = await this.#jetstream.newest("blobs", subject);
    if (shown && manifestOf(shown)?.upload !== upload.id) await upload.discard();
  }

  /**
   * Publishes the manifest.
   * @returns false if there is a manifest already, which may be this one.
   * @throws STORE_UNAVAILABLE
   */
  async #isFirst(subject: string, manifest: Manifest): Promise<boolean> {
    const options = { headers: manifestHeaders(manifest), expect: { lastSubjectSequence: 0 } };
    const until = performance.now() + this.#jetstream.overallTimeoutMs;
    for (;;) {
      try {
        await this.#jetstream.publish(subject, "", options);
        return true;
      } catch (error) {
        const code = jetStreamCode(error);
        if (code === WRONG_LAST_SEQUENCE) return false;
        if (code !== IN_PROCESS) throw error;
        if (performance.now() > until) throw jetStreamUnavailable(error);
        await sleep(PAUSE_MS);
      }
    }
  }
}
