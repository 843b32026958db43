/** An image in a call between services: its bytes, or where they are. */
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { type Bytes, toBuffer } from "./bytes.ts";
import { JobId } from "./job.ts";

/** An image of a job in the blob store: whoever needs its bytes fetches them. */
export const ImageReference = Type.Object(
  { jobId: JobId, sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }) },
  { additionalProperties: false },
);
export type ImageReference = Static<typeof ImageReference>;

/** As for `Bytes`, JSON Schema has no type for it: `readImageSource` is what checks. */
export const ImageSource = Type.Unsafe<Bytes | ImageReference>({});
export type ImageSource = Static<typeof ImageSource>;

const reference = Compile(ImageReference);

/** @throws INVALID_OPTION, UNDECODABLE_IMAGE */
export function readImageSource(image: ImageSource): Buffer | ImageReference {
  // Bytes first: to a validator each of them is a property.
  const isBytes = image instanceof Uint8Array || typeof image === "string";
  return !isBytes && reference.Check(image) ? image : toBuffer(image as Bytes);
}
