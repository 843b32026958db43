/** Images to send, and request bodies with images. */

import { isUnreadable, UnreadableImage } from "./errors.ts";
import { newIdempotencyKey } from "./idempotency-key.ts";

/** A file to send. A blob from Node's `openAsBlob` is read from disk only while it is sent. */
export interface Upload {
  readonly fileName: string;
  readonly content: Blob;
}

/** A `File`, such as one of an `<input type="file">`, has a name; a plain `Blob` has none. */
export type ImageFile = Blob | Upload;

/** Several images, such as the `files` of an `<input type="file">`, or a single one. */
export type Images = ImageFile | Iterable<ImageFile> | ArrayLike<ImageFile>;

/** Thrown for something that is neither a `Blob` nor has one as its `content`, such as a path. */
export class NoImageFile extends TypeError {
  constructor(value: unknown) {
    const kind = value === null ? "null" : ((value as object | undefined)?.constructor?.name ?? typeof value);
    super(`An image is a File, a Blob, or an object with a fileName and a Blob as its content, not ${kind}.`);
    this.name = "NoImageFile";
  }
}

/** The images as a list, also for a single one. @throws NoImageFile */
export function imagesOf(images: Images): ImageFile[] {
  const isList = typeof images === "object" && images !== null && (Symbol.iterator in images || "length" in images);
  const listed: ImageFile[] = isList ? Array.from(images) : [images as ImageFile];
  listed.forEach(contentOf);
  return listed;
}

/** @throws NoImageFile */
function contentOf(image: ImageFile): Blob {
  const content: unknown = image instanceof Blob ? image : image?.content;
  if (!(content instanceof Blob)) throw new NoImageFile(image);
  return content;
}

/**
 * A multipart body (RFC 7578), made anew for each attempt, from files that are read while they are sent. It is a blob,
 * not a `FormData`: if a file of a `FormData` can no longer be read, Node's `fetch` ends the process instead of
 * throwing an error.
 */
export function formOf(images: readonly ImageFile[]) {
  const boundary = `sightline-${newIdempotencyKey()}`;
  const parts = images.flatMap((image) => {
    const content = contentOf(image);
    const type = content.type || "application/octet-stream";
    const about = `Content-Disposition: form-data; name="images"; filename="${escaped(nameOf(image))}"`;
    return [`--${boundary}\r\n${about}\r\nContent-Type: ${type}\r\n\r\n`, content, "\r\n"];
  });
  const body = new Blob([...parts, `--${boundary}--\r\n`]);
  const headers = { "Content-Type": `multipart/form-data; boundary=${boundary}` };
  // openapi-fetch takes the document's types, in which a file is a string.
  return { body: body as never, bodySerializer: (content: unknown) => content as Blob, headers };
}

function nameOf(image: ImageFile): string {
  if (!(image instanceof Blob)) return image.fileName;
  return image instanceof File ? image.name : "image";
}

/** Escapes quotes and control characters in the way in which `FormData` escapes quotes and line breaks. */
function escaped(fileName: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: matches control characters on purpose.
  return fileName.replace(/[\u0000-\u001f\u007f"]/g, encodeURIComponent);
}

/** The image alone as the body; the service looks at its content, not at its type. */
export function rawBodyOf(image: ImageFile) {
  const content = contentOf(image);
  return { body: content as never, bodySerializer: (body: unknown) => body as Blob };
}

/** The image in base64, for a JSON body. @throws UnreadableImage */
export async function base64Of(image: ImageFile): Promise<string> {
  const content = contentOf(image);
  const bytes = new Uint8Array(
    await content.arrayBuffer().catch((error) => {
      throw isUnreadable(error) ? new UnreadableImage(error) : error;
    }),
  );
  let binary = "";
  // Larger numbers of arguments overflow the stack of some engines.
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
