/** Faces as requests bring them: encodings, or pictures whose largest face is meant. */
import type { TSchema } from "typebox";
import type { Validator } from "typebox/compile";
import type { Probe } from "../collections/collection-desk.ts";
import { config } from "../config.ts";
import type { FaceJson } from "../contracts/collection.ts";
import type { KnownEncoding } from "../encoding/cached-encoder.ts";
import { mainFace } from "../encoding/encoding.ts";
import { failure } from "../errors.ts";
import type { GatewayRequest } from "./gateway.ts";
import { mapInOrder } from "./map-in-order.ts";
import { fromBase64, readJson, uploadedImages } from "./upload.ts";

/** Pictures of one request that are being encoded at once. */
const MAX_IN_FLIGHT = 8;

export function isJson({ headers }: GatewayRequest): boolean {
  return /^application\/json\b/i.test(headers["content-type"] ?? "");
}

/** The faces of a JSON body. @throws what `readJson` and `encodings.encode` throw, NO_FACE */
export async function probesOfJson<T>(
  request: GatewayRequest,
  form: Validator<Record<never, never>, TSchema>,
  facesOf: (body: T) => readonly FaceJson[],
): Promise<Probe[]> {
  const faces = facesOf((await readJson(request, config, form)) as T);
  return mapInOrder(each(faces), MAX_IN_FLIGHT, async (face) => {
    const { label } = face;
    if ("encoding" in face) return { encoding: face.encoding, ...(label !== undefined && { label }) };
    const file = fromBase64(face.image, config);
    if (file instanceof Error) throw file;
    return { ...(await probeOf(request, file)), ...(label !== undefined && { label }) };
  });
}

/** The largest face of each picture of an upload, of which there must be so many. */
export async function probesOfUpload(request: GatewayRequest, count: number): Promise<Probe[]> {
  const images = uploadedImages(request, { ...config, maxImagesPerRequest: count });
  const probes = await mapInOrder(images, MAX_IN_FLIGHT, ({ file }) => {
    if (file instanceof Error) throw file;
    return probeOf(request, file);
  });
  if (probes.length < count) throw failure("NO_IMAGE", `The request must bring ${count} pictures.`);
  return probes;
}

async function probeOf({ $ctx }: GatewayRequest, image: Buffer): Promise<Probe> {
  const { faces, sha256, version } = await $ctx.call<KnownEncoding, object>("encodings.encode", { image });
  const face = mainFace(faces);
  if (!face) throw failure("NO_FACE", "No face was found in the picture.");
  return { encoding: face.encoding, sha256, box: face.box ?? null, version };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T, void, void> {
  yield* items;
}
