/** The images of a data set from any kind of container, read sequentially and always in the same order. */
import { basename, dirname } from "node:path";

/** Larger files are skipped: a batch is kept in memory. */
const MAX_IMAGE_BYTES = 64 * 2 ** 20;
const IMAGE_NAME = /\.(jpe?g|png|webp|bmp|tiff?|gif|heic|heif|avif)$/i;

export type SkipReason = "not an image by its name" | "a link" | "a name that is not UTF-8" | "empty" | "too large";

/** A file as its container lists it. */
export interface SourceFile {
  /** Path relative to the data set, with `/` between folders. */
  readonly path: string;
  readonly bytes: number;
  /** Whether the file has no content of its own but names another file. */
  readonly isLink?: boolean;
  /** Whether the file cannot be read because of its name. */
  readonly isUnreadable?: boolean;
}

export interface DatasetImage extends SourceFile {
  /** Zero-based position among the images. */
  readonly index: number;
  /** Content of the file; absent if it was not requested. */
  readonly content?: Buffer;
}

/** Decides for each file, in order, whether to read its content. */
export type Choose = (file: SourceFile) => boolean;
export type ReadFile = SourceFile & { readonly content?: Buffer };
/** Reads the files and reports how many bytes of the container were read. */
export type ReadFiles = (choose: Choose, onRead: (bytes: number) => void) => AsyncGenerator<ReadFile, void, void>;

export interface DatasetSource {
  readonly name: string;
  /** Size of the container in bytes. */
  readonly totalBytes: number;
  /** Changes when the data set does. */
  readonly fingerprint: string;
  readonly read: ReadFiles;
}

export interface ImageSettings {
  /** Whether to read the content of the image at this index. */
  readonly isWanted: (index: number) => boolean;
  readonly onSkip?: (path: string, reason: SkipReason) => void;
  readonly onRead?: (bytes: number) => void;
}

/** The images of a data set; other files are skipped. */
export async function* imagesOf(
  { read }: DatasetSource,
  { isWanted, onSkip = () => {}, onRead = () => {} }: ImageSettings,
): AsyncGenerator<DatasetImage, void, void> {
  let asked = 0;
  let next = 0;
  const choose: Choose = (file) => skipReason(file) === undefined && isWanted(asked++);
  for await (const file of read(choose, onRead)) {
    const reason = skipReason(file);
    if (reason === undefined) yield { ...file, index: next++ };
    else if (!isHidden(file.path)) onSkip(file.path, reason);
  }
}

/** The reason for not sending a file; undefined if it is sent. */
export function skipReason({ path, bytes, isLink, isUnreadable }: SourceFile): SkipReason | undefined {
  if (isHidden(path) || !IMAGE_NAME.test(path)) return "not an image by its name";
  if (isLink) return "a link";
  if (isUnreadable) return "a name that is not UTF-8";
  if (bytes === 0) return "empty";
  return bytes > MAX_IMAGE_BYTES ? "too large" : undefined;
}

/** Whether the file is a leftover of a file system or an archiver. */
function isHidden(path: string): boolean {
  return path.split("/").some((name) => (name.startsWith(".") && name !== ".") || name === "__MACOSX");
}

/**
 * The file name to send. If it already begins with the folder's name, as in `Name/Name_0001.jpg`, it is sent as is;
 * otherwise the folder's name is prefixed.
 */
export function sentName(path: string): string {
  const [folder, name] = [basename(dirname(path)), basename(path)];
  const isPlain = folder === "" || folder === "." || name.toLowerCase().startsWith(folder.toLowerCase());
  return isPlain ? name : `${folder}_${name}`;
}
