/** Reads the faces of a request: encodings, or the largest face of each image. */
import type { TSchema } from "typebox";
import type { AdmittedRequest } from "../../admission/admission.ts";
import type { Probe } from "../../collections/probe.ts";
import { config } from "../../config.ts";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { readBase64 } from "../../contracts/base64.ts";
import type { FaceJson } from "../../contracts/collection.ts";
import type { LongStrings } from "../../contracts/long-strings.ts";
import { FACE_ENCODING, mainFace } from "../../encoding/encoding.ts";
import { definitions, type Failure, failure } from "../../errors.ts";
import { asFailure } from "../../transport/failures.ts";
import { uploaderOf } from "../access/client.ts";
import { ImageAllowance } from "../access/image-allowance.ts";
import { accounted, admitted } from "../gateway/admit.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { readJson } from "../upload/json-body.ts";
import type { JsonBounds } from "../upload/json-scan.ts";
import { mapInOrder } from "../upload/map-in-order.ts";
import { mapUpload } from "../upload/upload.ts";
import { type UploadAccount, uploadMemory } from "../upload/upload-memory.ts";
import { limitsFor, type UploadedImage } from "../upload/uploaded-image.ts";
import { UrlImages } from "../upload/url-images.ts";

/** Members of the JSON forms that have images in base64. */
const BASE64_MEMBERS = ["image", "first.image", "second.image", "faces.image"];
/** Maximum images of one request that are encoded concurrently. */
const MAX_IN_FLIGHT = 8;

export interface ProbesForm<T> {
  readonly form: TSchema;
  readonly bounds: JsonBounds;
  readonly facesOf: (body: T) => readonly FaceJson[];
}

/**
 * Admits a request of which images will be encoded, unless a remote encoder does the work, and counts them.
 * @throws RATE_LIMITED, OVERLOADED
 */
export async function admittedToEncode<R>(
  request: GatewayRequest,
  images: number,
  allowance: ImageAllowance,
  work: (accepted: AdmittedRequest | undefined) => Promise<R>,
): Promise<R> {
  const counted = async (accepted?: AdmittedRequest) => {
    await allowance.expect(images);
    return work(accepted);
  };
  if (config.encoderUrl || images === 0) return counted();
  return admitted(request, { models: [FACE_ENCODING], images: Math.min(images, MAX_IN_FLIGHT) }, counted);
}

/**
 * The faces of a JSON body, which is admitted once it is known to have images.
 * @throws what `readJson` and `encodings.encode` throw, NO_FACE
 */
export async function probesOfJson<T>(
  request: GatewayRequest,
  { form, bounds, facesOf }: ProbesForm<T>,
  allowance = new ImageAllowance(request),
): Promise<Probe[]> {
  const account = uploadMemory.open(uploaderOf(request));
  try {
    const reading = { form, bounds, account, base64Members: BASE64_MEMBERS };
    const { value, longStrings } = await readJson(request, config, reading);
    const faces = facesOf(value as T);
    const images = faces.filter((face) => !("encoding" in face)).length;
    const named = faces.filter((face) => "url" in face).length;
    const urlImages = named > 0 ? new UrlImages(request, account, config, named) : undefined;
    try {
      return await admittedToEncode(request, images, allowance, (accepted) =>
        mapInOrder(each(faces), MAX_IN_FLIGHT, ([index, face]) =>
          ofFace(index, probeOfJson(request, face, { account, longStrings, urlImages, accepted })),
        ),
      );
    } finally {
      urlImages?.close();
    }
  } finally {
    account.close();
  }
}

interface ProbeReading {
  readonly account: UploadAccount;
  readonly longStrings: LongStrings;
  readonly urlImages: UrlImages | undefined;
  readonly accepted: AdmittedRequest | undefined;
}

async function probeOfJson(request: GatewayRequest, face: FaceJson, reading: ProbeReading): Promise<Probe> {
  const label = face.label !== undefined && { label: face.label };
  if ("encoding" in face) return { encoding: face.encoding, ...label };
  const file = await fileOf(face, reading);
  if (file instanceof Error) throw file;
  const release = reading.account.hand(file.length);
  try {
    return { ...(await probeOf(request, file, reading.accepted)), ...label };
  } finally {
    release();
  }
}

async function fileOf(
  face: Exclude<FaceJson, { encoding: unknown }>,
  { account, longStrings, urlImages }: ProbeReading,
): Promise<Buffer | Failure> {
  if ("url" in face) return (urlImages as UrlImages).fetchOne(face.url);
  const image = longStrings.bytesOf(face.image);
  await account.room(Math.min(image.length, config.maxImageBytes));
  return readBase64(image, config.maxImageBytes);
}

/** The largest face of each image of an upload, which must have exactly `count` images. */
export async function probesOfUpload(
  request: GatewayRequest,
  count: number,
  allowance = new ImageAllowance(request),
): Promise<Probe[]> {
  const limits = limitsFor(count, config);
  const probe = async ({ file }: UploadedImage, accepted: AdmittedRequest | undefined) => {
    if (file instanceof Error) throw file;
    return probeOf(request, file, accepted);
  };
  const probes = await admittedToEncode(request, count, allowance, (accepted) => {
    let images = 0;
    const next = (image: UploadedImage) => ofFace(images++, probe(image, accepted));
    return mapUpload(request, limits, MAX_IN_FLIGHT, next, { account: uploadMemory.open(uploaderOf(request)) });
  });
  if (probes.length < count) throw failure("NO_IMAGE", `The request must bring ${count} images.`);
  return probes;
}

async function probeOf({ $ctx }: GatewayRequest, image: Buffer, accepted: AdmittedRequest | undefined): Promise<Probe> {
  const encode = () => call($ctx, actions.encodings.encode, { image });
  const { faces, sha256, version } = await accounted(accepted, encode);
  const face = mainFace(faces);
  if (!face) throw failure("NO_FACE", "No face was found in the image.");
  const { encoding, box = null, quality } = face;
  return { encoding, sha256, box, version, ...(quality && { quality }) };
}

/** Adds the index of the face in the request to its failure. A failure of the service itself has none. */
async function ofFace(index: number, probe: Promise<Probe>): Promise<Probe> {
  try {
    return await probe;
  } catch (error) {
    const { type, message, data, cause } = asFailure(error);
    if (definitions[type].status >= 500) throw error;
    throw failure(type, message, { ...data, index }, { cause });
  }
}

async function* each<T>(items: readonly T[]): AsyncGenerator<[index: number, item: T], void, void> {
  yield* items.entries();
}
