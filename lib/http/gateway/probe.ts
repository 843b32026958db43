/** Reads the faces of a request: encodings, or the largest face of each image. */
import type { TSchema } from "typebox";
import type { Validator } from "typebox/compile";
import type { Probe } from "../../collections/collection-manager.ts";
import { config } from "../../config.ts";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { readBase64 } from "../../contracts/base64.ts";
import type { FaceJson } from "../../contracts/collection.ts";
import { mainFace } from "../../encoding/encoding.ts";
import { failure } from "../../errors.ts";
import { readJson } from "../upload/json-body.ts";
import type { JsonBounds } from "../upload/json-scan.ts";
import { mapInOrder } from "../upload/map-in-order.ts";
import { mapUpload } from "../upload/upload.ts";
import { type UploadAccount, uploadMemory } from "../upload/upload-memory.ts";
import type { GatewayRequest } from "./gateway.ts";

/** Images of one request encoded concurrently. */
const MAX_IN_FLIGHT = 8;

export interface ProbesForm<T> {
  readonly form: Validator<Record<never, never>, TSchema>;
  readonly bounds: JsonBounds;
  readonly facesOf: (body: T) => readonly FaceJson[];
}

/** The faces of a JSON body. @throws what `readJson` and `encodings.encode` throw, NO_FACE */
export async function probesOfJson<T>(
  request: GatewayRequest,
  { form, bounds, facesOf }: ProbesForm<T>,
): Promise<Probe[]> {
  const account = uploadMemory.open();
  try {
    const faces = facesOf((await readJson(request, config, { form, bounds, account })) as T);
    return await mapInOrder(each(faces), MAX_IN_FLIGHT, (face) => probeOfJson(request, face, account));
  } finally {
    account.close();
  }
}

async function probeOfJson(request: GatewayRequest, face: FaceJson, account: UploadAccount): Promise<Probe> {
  const label = face.label !== undefined && { label: face.label };
  if ("encoding" in face) return { encoding: face.encoding, ...label };
  await account.room(Math.min(face.image.length, config.maxImageBytes));
  const file = readBase64(face.image, config.maxImageBytes);
  if (file instanceof Error) throw file;
  const release = account.hand(file.length);
  try {
    return { ...(await probeOf(request, file)), ...label };
  } finally {
    release();
  }
}

/** The largest face of each image of an upload, which must have exactly `count` images. */
export async function probesOfUpload(request: GatewayRequest, count: number): Promise<Probe[]> {
  const limits = { ...config, maxImagesPerRequest: count };
  const probes = await mapUpload(request, limits, MAX_IN_FLIGHT, async ({ file }) => {
    if (file instanceof Error) throw file;
    return probeOf(request, file);
  });
  if (probes.length < count) throw failure("NO_IMAGE", `The request must bring ${count} images.`);
  return probes;
}

async function probeOf({ $ctx }: GatewayRequest, image: Buffer): Promise<Probe> {
  const { faces, sha256, version } = await call($ctx, actions.encodings.encode, { image });
  const face = mainFace(faces);
  if (!face) throw failure("NO_FACE", "No face was found in the image.");
  return { encoding: face.encoding, sha256, box: face.box ?? null, version };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T, void, void> {
  yield* items;
}
