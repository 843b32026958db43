/** Images to send, and the bodies of requests with them. */

/** A file to send. A blob from Node's `openAsBlob` is read from disk only while it is sent. */
export interface Upload {
  readonly fileName: string;
  readonly content: Blob;
}

/** A `File`, as of an `<input type="file">`, has a name; a plain `Blob` has none. */
export type ImageFile = Blob | Upload;

/** A multipart body. It is made anew for each attempt, from files that are read while they are sent. */
export function formOf(images: readonly ImageFile[]) {
  const form = new FormData();
  for (const image of images) {
    if (!(image instanceof Blob)) form.append("images", image.content, escaped(image.fileName));
    else if (image instanceof File) form.append("images", image, escaped(image.name));
    // Without a name the browser calls it "blob".
    else form.append("images", image, "image");
  }
  // openapi-fetch takes the document's types, in which a file is a string.
  return { body: form as never, bodySerializer: (body: unknown) => body as FormData };
}

/** Control characters as `FormData` writes line breaks: with others, the service could not read the whole form. */
function escaped(fileName: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: matches control characters on purpose.
  return fileName.replace(/[\u0000-\u001f\u007f]/g, encodeURIComponent);
}

/** The image alone as the body; the service looks at its content, not at its type. */
export function rawBodyOf(image: ImageFile) {
  const content = image instanceof Blob ? image : image.content;
  return { body: content as never, bodySerializer: (body: unknown) => body as Blob };
}

/** For an image inside of JSON. */
export async function base64Of(image: ImageFile): Promise<string> {
  const content = image instanceof Blob ? image : image.content;
  const bytes = new Uint8Array(await content.arrayBuffer());
  let binary = "";
  // More arguments at once than this overflow the stack of some engines.
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
