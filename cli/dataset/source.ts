/** The images of a data set, whatever they are kept in: read from front to back, always in the same order. */
import { basename, dirname } from "node:path";

/** Larger files are not sent: a batch is held in memory. */
export const MAX_PICTURE_BYTES = 64 * 2 ** 20;
const PICTURE = /\.(jpe?g|png|webp|bmp|tiff?|gif|heic|heif|avif)$/i;

export type SkipReason = "not a picture by its name" | "empty" | "too large";

/** A file as its container lists it. */
export interface SourceFile {
  /** In the data set, with `/` between folders. */
  readonly path: string;
  readonly bytes: number;
}

export interface Picture extends SourceFile {
  /** Position among the images, from 0. */
  readonly index: number;
  /** Absent where it was not wanted. */
  readonly content?: Buffer;
}

/** Decides for each file, in their order, whether its content is to be read. */
export type Choose = (file: SourceFile) => boolean;
export type ReadFile = SourceFile & { readonly content?: Buffer };
/** Reads the files, telling how many bytes of the container are read. */
export type ReadFiles = (choose: Choose, onRead: (bytes: number) => void) => AsyncGenerator<ReadFile, void, void>;

export interface DatasetSource {
  readonly name: string;
  /** Of the container, in bytes. */
  readonly totalBytes: number;
  /** Changes when the data set does. */
  readonly fingerprint: string;
  readonly read: ReadFiles;
}

export interface PictureSettings {
  /** Whether the content of the image at a position is needed. */
  readonly isWanted: (index: number) => boolean;
  readonly onSkip?: (path: string, reason: SkipReason) => void;
  readonly onRead?: (bytes: number) => void;
}

/** The images of a data set; what cannot be one is skipped. */
export async function* picturesOf(
  { read }: DatasetSource,
  { isWanted, onSkip = () => {}, onRead = () => {} }: PictureSettings,
): AsyncGenerator<Picture, void, void> {
  let asked = 0;
  let next = 0;
  const choose: Choose = (file) => skipReason(file) === undefined && isWanted(asked++);
  for await (const file of read(choose, onRead)) {
    const reason = skipReason(file);
    if (reason === undefined) yield { ...file, index: next++ };
    else if (!isHidden(file.path)) onSkip(file.path, reason);
  }
}

function skipReason({ path, bytes }: SourceFile): SkipReason | undefined {
  if (isHidden(path) || !PICTURE.test(path)) return "not a picture by its name";
  if (bytes === 0) return "empty";
  return bytes > MAX_PICTURE_BYTES ? "too large" : undefined;
}

/** What file systems and archivers leave behind. */
function isHidden(path: string): boolean {
  return path.split("/").some((name) => name.startsWith(".") || name === "__MACOSX");
}

/**
 * The name an image is sent under. In folders named after who is in the images (`Name/Name_0001.jpg`) the name is in
 * it already; otherwise the folder's name goes before it.
 */
export function sentName(path: string): string {
  const [folder, name] = [basename(dirname(path)), basename(path)];
  const isPlain = folder === "" || folder === "." || name.toLowerCase().startsWith(folder.toLowerCase());
  return isPlain ? name : `${folder}_${name}`;
}
