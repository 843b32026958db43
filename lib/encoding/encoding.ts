/** Face vectors of an image, and the encoders that compute them. */
import type { ImageReference } from "../contracts/image-source.ts";
import type { Face } from "../contracts/results.ts";

/** The default model. */
export const FACE_ENCODING = "face-encoding";

/** A remote encoder returns only the encoding. */
export type EncodedFace = Face & { readonly encoding: number[] };

/** The encoder's model and version. Vectors of different versions are not comparable. */
export interface EncoderModel {
  readonly name: string;
  readonly version: string;
  /** Length of an encoding; absent if unknown before the first one, as with a remote encoder. */
  readonly dimensions?: number;
  /** Minimum scalar product for two encodings of one person; absent if not measured. */
  readonly samePerson?: number;
  /** Measured quality of the model. */
  readonly quality?: readonly { readonly measure: string; readonly value: string; readonly source: string }[];
}

export interface Encoding {
  readonly version: string;
  readonly width: number;
  readonly height: number;
  readonly faces: readonly EncodedFace[];
  readonly timings: {
    readonly queueMs: number;
    readonly decodeMs: number;
    readonly inferenceMs: number;
    readonly perModelMs: Readonly<Record<string, number>>;
  };
}

/** With the image and the model that it is of. */
export interface KnownEncoding extends Encoding {
  readonly sha256: string;
  readonly model: string;
}

export interface EncoderRequest {
  /** Options of the model, if any. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Whether a client is waiting for it. */
  readonly priority: "interactive" | "bulk";
  /** A process died while processing the image. */
  readonly suspect?: boolean;
  /** The client that waits for it; see `CallMeta`. */
  readonly client?: string | undefined;
}

/** Computes encodings. One per process, for many concurrent images. */
export interface Encoder {
  /** @throws MODEL_NOT_FOUND, MODEL_UNAVAILABLE, NO_DETECTOR */
  model(): Promise<EncoderModel>;

  /**
   * @throws EMPTY_IMAGE, UNSUPPORTED_MEDIA_TYPE, UNDECODABLE_IMAGE, TOO_MANY_PIXELS for the image; PICTURE_GONE if a
   *   reference has no image; the adapter's error if the encoder is unavailable.
   */
  encode(image: Buffer | ImageReference, request: EncoderRequest): Promise<Encoding>;

  /** Whether requests of all priorities take the same time. */
  readonly ignoresPriority?: boolean;

  /** Counts in the metrics what `encode` would have counted if it had made this encoding again. */
  countAgain?(encoding: Encoding): void;
}

/** The main face of a portrait: the largest, or the first if boxes are unknown. */
export function mainFace(faces: readonly EncodedFace[]): EncodedFace | undefined {
  const area = ({ box }: EncodedFace) => (box ? box[2] * box[3] : 0);
  return faces.reduce<EncodedFace | undefined>(
    (main, face) => (main && area(main) >= area(face) ? main : face),
    undefined,
  );
}
