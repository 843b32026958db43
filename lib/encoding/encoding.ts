/** The faces of an image as vectors, and what makes them. */
import type { ImageReference } from "../contracts/image-source.ts";
import type { Face } from "../contracts/results.ts";

/** The model that serves where nothing else is named. */
export const FACE_ENCODING = "face-encoding";

/** A remote encoder gives the encoding and nothing else. */
export type EncodedFace = Partial<Omit<Face, "encoding">> & { readonly encoding: number[] };

/** What encodes, and in which version: vectors of different versions have nothing to do with each other. */
export interface EncoderModel {
  readonly name: string;
  readonly version: string;
  /** Numbers of an encoding; absent where nobody knows before the first, as of a remote encoder. */
  readonly dimensions?: number;
  /** Least scalar product of two encodings of one person; absent where nobody measured it. */
  readonly samePerson?: number;
  /** What was measured of the model. */
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

export interface EncoderRequest {
  /** Options of the model, if any. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Whether somebody waits for it. */
  readonly priority: "interactive" | "bulk";
  /** A process died that had the image in work. */
  readonly suspect?: boolean;
}

/** Makes encodings. One per process; many images at once. */
export interface Encoder {
  /** @throws MODEL_NOT_FOUND, MODEL_UNAVAILABLE, NO_DETECTOR */
  model(): Promise<EncoderModel>;

  /**
   * @throws EMPTY_IMAGE, UNSUPPORTED_MEDIA_TYPE, UNDECODABLE_IMAGE, TOO_MANY_PIXELS for the image; else what the
   * adapter throws when it cannot be had. PICTURE_GONE where a reference leads to nothing.
   */
  encode(image: Buffer | ImageReference, request: EncoderRequest): Promise<Encoding>;
}

/** The face a portrait is of: the largest, or the first where boxes are not known. */
export function mainFace(faces: readonly EncodedFace[]): EncodedFace | undefined {
  const area = ({ box }: EncodedFace) => (box ? box[2] * box[3] : 0);
  return faces.reduce<EncodedFace | undefined>(
    (main, face) => (main && area(main) >= area(face) ? main : face),
    undefined,
  );
}
