/**
 * Frames of Moleculer packets on a byte stream. Each frame is a 4-byte length (big-endian, of what follows), two names,
 * each preceded by its 2-byte length, and the packet's bytes.
 */
import type { Socket } from "node:net";

export interface Frame {
  /** Moleculer's packet type, such as `REQ`, or one of the hub's own. */
  readonly type: string;
  /** Node id of the receiver; empty for all nodes. */
  readonly target: string;
  readonly data: Buffer;
}

const LENGTH_BYTES = 4;
const NAME_LENGTH_BYTES = 2;
/** Maximum length of a frame, far above any packet. A greater length means that the stream is out of step. */
const MAX_FRAME_BYTES = 2 ** 30;
/** Unsent bytes at which a process counts as stuck, far above the images that may be on their way to one. */
const MAX_UNSENT_BYTES = 512 * 2 ** 20;
const NO_DATA = Buffer.alloc(0);

/** Sends a frame. Ends the connection if the process at the other end has stopped reading. */
export function sendFrame(
  socket: Socket,
  { type, target, data = NO_DATA }: Omit<Frame, "data"> & Partial<Frame>,
): void {
  if (socket.writableLength > MAX_UNSENT_BYTES) {
    socket.destroy();
    return;
  }
  const [head, bytes] = encodeFrame({ type, target, data });
  socket.cork();
  socket.write(head);
  if (bytes.length > 0) socket.write(bytes);
  socket.uncork();
}

/** Calls back with each frame. Ends the connection if the stream is out of step. */
export function readFrames(socket: Socket, onFrame: (frame: Frame) => void): void {
  const reader = new FrameReader();
  socket.on("data", (chunk) => {
    try {
      for (const frame of reader.push(chunk)) onFrame(frame);
    } catch {
      socket.destroy();
    }
  });
}

/** The parts of a frame, to be written in this order. The data is not copied. */
export function encodeFrame({ type, target, data }: Frame): readonly [head: Buffer, data: Buffer] {
  const typeBytes = Buffer.byteLength(type);
  const targetBytes = Buffer.byteLength(target);
  const head = Buffer.allocUnsafe(LENGTH_BYTES + 2 * NAME_LENGTH_BYTES + typeBytes + targetBytes);
  let offset = head.writeUInt32BE(head.length - LENGTH_BYTES + data.length, 0);
  offset = head.writeUInt16BE(typeBytes, offset);
  offset += head.write(type, offset);
  offset = head.writeUInt16BE(targetBytes, offset);
  head.write(target, offset);
  return [head, data];
}

/** Cuts a stream into frames. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Bytes of the next frame, including its length, as far as known. */
  #needed = LENGTH_BYTES;

  /**
   * The frames that the chunk completes. Their data may share memory with the chunk.
   * @throws RangeError if the stream is out of step.
   */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const frames: Frame[] = [];
    while (this.#bytes >= this.#needed) {
      // Chunks are joined only once enough bytes have arrived, so that a large frame is copied once.
      const [only] = this.#chunks;
      const all = this.#chunks.length === 1 && only ? only : Buffer.concat(this.#chunks, this.#bytes);
      this.#chunks = [all];
      const length = all.readUInt32BE(0);
      if (length > MAX_FRAME_BYTES) throw new RangeError(`A frame of ${length} bytes is not possible.`);
      this.#needed = LENGTH_BYTES + length;
      if (all.length < this.#needed) break;
      frames.push(decodeFrame(all.subarray(LENGTH_BYTES, this.#needed)));
      const rest = all.subarray(this.#needed);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#bytes = rest.length;
      this.#needed = LENGTH_BYTES;
    }
    return frames;
  }
}

/** @throws RangeError if the names do not fit. */
function decodeFrame(bytes: Buffer): Frame {
  let offset = 0;
  const name = () => {
    const length = bytes.readUInt16BE(offset);
    const start = offset + NAME_LENGTH_BYTES;
    offset = start + length;
    if (offset > bytes.length) throw new RangeError("A name is longer than its frame.");
    return bytes.toString("utf8", start, offset);
  };
  return { type: name(), target: name(), data: bytes.subarray(offset) };
}
