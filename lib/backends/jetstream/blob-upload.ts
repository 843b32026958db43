import { createHash, hash } from "node:crypto";
import type { BlobMemory, BlobSource, BlobUpload, StoredBlob } from "../../ports/blob-store.ts";
import { limited, wholeBlob } from "../blob-source.ts";
import { PackUpload } from "../packs/pack-upload.ts";
import type { JetStreamConnection } from "./connection.ts";
import { jetStreamCode } from "./failure.ts";
import { manifestHeaders, manifestOf } from "./manifest.ts";
import { PieceUpload } from "./piece-upload.ts";
import { pieces } from "./pieces.ts";

/** Space reserved for a message's headers. */
const MARGIN_BYTES = 16_384;
/** Pieces of one blob in flight. */
const PIECES_IN_FLIGHT = 2;
/** "wrong last sequence" in JetStream's error codes. */
const WRONG_LAST_SEQUENCE = 10071;

/**
 * Stores small blobs in packs, which are published when they are full or the upload ends. A larger blob is published at
 * once, as one message or, if it is larger than a message may be, in pieces and a manifest that makes it visible.
 */
export class JetStreamBlobUpload implements BlobUpload {
  readonly #jetstream: JetStreamConnection;
  readonly #subject: string;
  readonly #pieceBytes: number;
  readonly #packs: PackUpload;

  constructor(jetstream: JetStreamConnection, jobSubject: string, memory: BlobMemory) {
    this.#jetstream = jetstream;
    this.#subject = jobSubject;
    const maxPayload = jetstream.connection.info?.max_payload ?? 1_048_576;
    this.#pieceBytes = maxPayload - Math.min(MARGIN_BYTES, Math.floor(maxPayload / 2));
    this.#packs = new PackUpload(
      (name, pack) => jetstream.publish(`${jobSubject}.${name}`, pack),
      memory,
      this.#pieceBytes,
    );
  }

  async put(source: BlobSource, maxBytes: number): Promise<StoredBlob> {
    const whole = wholeBlob(source);
    // Without waiting for anything: the order of the calls is that of the blobs in packs.
    if (whole && whole.length <= Math.min(maxBytes, this.#packs.maxBlobBytes))
      return this.#pack(hash("sha256", whole), whole);
    if (whole) await this.#packs.close();
    return this.#putPieces(source, maxBytes);
  }

  end(): Promise<void> {
    return this.#packs.end();
  }

  abandon(): Promise<void> {
    return this.#packs.abandon();
  }

  async #pack(sha256: string, blob: Uint8Array): Promise<StoredBlob> {
    return { sha256, bytes: blob.length, pack: await this.#packs.add(sha256, blob) };
  }

  async #putPieces(source: BlobSource, maxBytes: number): Promise<StoredBlob> {
    const upload = new PieceUpload(this.#jetstream, this.#subject, PIECES_IN_FLIGHT);
    const hashed = createHash("sha256");
    let bytes = 0;
    let last: Uint8Array = Buffer.alloc(0);
    try {
      for await (const piece of pieces(limited(source, maxBytes), this.#pieceBytes)) {
        // Sent with a delay of one piece: if it is the only piece, it is the blob itself.
        if (last.length > 0) await upload.send(last);
        last = piece;
        bytes += piece.length;
        hashed.update(piece);
      }
      if (upload.count > 0) await upload.send(last);
      await upload.end();
      const blob = { sha256: hashed.digest("hex"), bytes };
      if (bytes <= this.#packs.maxBlobBytes) return await this.#pack(blob.sha256, last);
      if (upload.count === 0) await this.#jetstream.publish(`${this.#subject}.${blob.sha256}`, last);
      else await this.#reveal(`${this.#subject}.${blob.sha256}`, upload, bytes);
      return blob;
    } catch (error) {
      // Pieces that cannot be removed now are deleted with the job.
      await upload.discard().catch(() => {});
      throw error;
    }
  }

  /** Makes a blob in pieces visible. If it already was, discards the pieces. */
  async #reveal(subject: string, upload: PieceUpload, bytes: number): Promise<void> {
    const manifest = { upload: upload.id, pieces: upload.count, pieceBytes: this.#pieceBytes, bytes };
    const options = { headers: manifestHeaders(manifest), expect: { lastSubjectSequence: 0 } };
    try {
      await this.#jetstream.publish(subject, "", options);
    } catch (error) {
      if (jetStreamCode(error) !== WRONG_LAST_SEQUENCE) throw error;
      // A manifest resent after a lost acknowledgement conflicts with itself.
      const shown = await this.#jetstream.newest("blobs", subject);
      if (!shown || manifestOf(shown)?.upload !== upload.id) await upload.discard();
    }
  }
}
