/** How many images a request has, estimated from its headers and from the requests before it. */
import type { IncomingMessage } from "node:http";
import { RecentAverage } from "../../admission/recent-average.ts";
import { mediaTypeOf } from "./json-body.ts";
import { isRawImage } from "./upload.ts";

interface Known {
  /** Average bytes per image. */
  readonly bytes: RecentAverage;
  /** Average images per body. */
  readonly images: RecentAverage;
}

export class ImageCounts {
  /** Averages for forms and for JSON, in which base64 takes more bytes. */
  readonly #known = { form: known(), json: known() };

  /** Estimated number of images, at least 1. */
  estimate(request: IncomingMessage): number {
    if (isRawImage(request)) return 1;
    const { bytes, images } = this.#knownOf(request);
    const announced = lengthOf(request);
    if (announced === undefined || bytes.value === 0) return Math.max(1, Math.ceil(images.value));
    return Math.max(1, Math.ceil(announced / bytes.value));
  }

  /** @param images Actual number of images of the request. */
  learn(request: IncomingMessage, images: number): void {
    if (isRawImage(request) || images === 0) return;
    const known = this.#knownOf(request);
    known.images.add(images);
    const announced = lengthOf(request);
    if (announced !== undefined) known.bytes.add(announced / images);
  }

  #knownOf(request: IncomingMessage): Known {
    return mediaTypeOf(request) === "multipart/form-data" ? this.#known.form : this.#known.json;
  }
}

function known(): Known {
  return { bytes: new RecentAverage(0), images: new RecentAverage(1) };
}

function lengthOf({ headers }: IncomingMessage): number | undefined {
  const length = headers["content-length"];
  return length === undefined ? undefined : Number(length);
}

export const imageCounts = new ImageCounts();
