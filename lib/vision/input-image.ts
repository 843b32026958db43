import { decodeImage, type PixelForm } from "./decode.ts";
import type { ImageHeader } from "./headers/header.ts";
import { checkHeader, displayedSize } from "./headers/image-header.ts";
import type { Mat, OpenCv } from "./opencv.ts";

/** An image in the forms that its models need, each decoded on first use. */
export class InputImage {
  readonly header: ImageHeader;
  readonly #cv: OpenCv;
  readonly #file: Buffer;
  readonly #shared = new Map<string, Promise<unknown>>();
  #color: Mat | undefined;
  /** Time spent on reading the header and decoding. */
  decodeMs: number;

  /** @throws EMPTY_IMAGE, UNSUPPORTED_MEDIA_TYPE, UNDECODABLE_IMAGE, TOO_MANY_PIXELS, IMAGE_TOO_COMPLEX */
  constructor(cv: OpenCv, file: Buffer, maxImagePixels: number) {
    const startedAt = performance.now();
    this.#cv = cv;
    this.#file = file;
    this.header = checkHeader(file, maxImagePixels);
    this.decodeMs = performance.now() - startedAt;
  }

  /** Decodes to grey. The caller releases the Mat. @throws UNDECODABLE_IMAGE, WORKER_LOST */
  decodeGrey(): Mat {
    return this.#decode("grey");
  }

  /** The image in blue-green-red, released with it. @throws UNDECODABLE_IMAGE, WORKER_LOST */
  get color(): Mat {
    this.#color ??= this.#decode("color");
    return this.#color;
  }

  /** Size of the image as displayed. */
  get size(): { width: number; height: number } {
    return displayedSize(this.header);
  }

  /** Does work that models share on this image, on the first call. */
  once<T>(name: string, work: () => Promise<T>): Promise<T> {
    const started = this.#shared.get(name) ?? work();
    this.#shared.set(name, started);
    return started as Promise<T>;
  }

  release(): void {
    this.#color?.release();
  }

  #decode(form: PixelForm): Mat {
    const startedAt = performance.now();
    const image = decodeImage(this.#cv, this.#file, this.header, form);
    this.decodeMs += performance.now() - startedAt;
    return image;
  }
}
