/** An image in a call between services: its bytes, or a reference to them. */
import { type Static, Type } from "typebox";
import { type Bytes, toBuffer } from "./bytes.ts";
import { JobId } from "./job.ts";
import { matches } from "./matching.ts";
import { Sha256 } from "./sha256.ts";

const PACK_NAME_PATTERN = "^[A-Za-z0-9_-]{1,64}$";
const PACK_NAME = new RegExp(PACK_NAME_PATTERN);

/** Name of a pack, a message that has an image of a job together with others. */
export const PackName = Type.String({ pattern: PACK_NAME_PATTERN });

/** Names of packs become tokens of subjects, so nothing else is accepted. */
export function isPackName(text: string): boolean {
  return PACK_NAME.test(text);
}

/** A reference to a job's image in the blob store; `pack` is absent if the image is stored by itself. */
export const ImageReference = Type.Object(
  { jobId: JobId, sha256: Sha256, pack: Type.Optional(PackName) },
  { additionalProperties: false },
);
export type ImageReference = Static<typeof ImageReference>;

/** JSON Schema has no type for bytes, so `readImageSource` validates it. */
export const ImageSource = Type.Unsafe<Bytes | ImageReference>({});
export type ImageSource = Static<typeof ImageSource>;

/** @throws INVALID_OPTION, UNDECODABLE_IMAGE */
export function readImageSource(image: ImageSource): Buffer | ImageReference {
  // Check for bytes first: a validator would visit each byte as a property.
  const isBytes = image instanceof Uint8Array || typeof image === "string";
  return !isBytes && matches(ImageReference, image) ? image : toBuffer(image as Bytes);
}
