/** Images to send, and the bodies of requests with them. */

import { isUnreadable, UnreadableImage } from "./errors.ts";
import { newIdempotencyKey } from "./idempotency-key.ts";

/** A file to send. A blob from Node's `openAsBlob` is read from disk only while it is sent. */
export interface Upload {
  readonly fileName: string;
  readonly content: Blob;
}

/** A `File`, as of an `<input type="file">`, has a name; a plain `Blob` has none. */
export type ImageFile = Blob | Upload;

/**
 * A multipart body (RFC 7578), made anew for each attempt, from files that are read while they are sent. It is a blob, not
 * a `FormData`: of one whose file cannot be read any more, Node's `fetch` ends the process instead of throwing an error.
 */
export function formOf(images: readonly ImageFile[]) {
  const boundary = `sightline-${newIdempotencyKey()}`;
  const parts = images.flatMap((image) => {
    const content = image instanceof Blob ? image : image.content;
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

/** Quotes and control characters as `FormData` writes quotes and line breaks. */
function escaped(fileName: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: matches control characters on purpose.
  return fileName.replace(/[\u0000-\u001f\u007f"]/g, encodeURIComponent);
}

/** The image alone as the body; the service looks at its content, not at its type. */
export function rawBodyOf(image: ImageFile) {
  const content = image instanceof Blob ? image : image.content;
  return { body: content as never, bodySerializer: (body: unknown) => body as Blob };
}

/** For an image inside of JSON. @throws UnreadableImage */
export async function base64Of(image: ImageFile): Promise<string> {
  const content = image instanceof Blob ? image : image.content;
  const bytes = new Uint8Array(
    await content.arrayBuffer().catch((error) => {
      throw isUnreadable(error) ? new UnreadableImage(error) : error;
    }),
  );
  let binary = "";
  // More arguments at once than this overflow the stack of some engines.
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
