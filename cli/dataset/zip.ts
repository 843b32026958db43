import { buffer } from "node:stream/consumers";
import { type Entry, openPromise } from "yauzl";
import { UsageError } from "../failure.ts";
import type { Choose, ReadFile } from "./source.ts";

/** The files of a `.zip` in central-directory order. @throws UsageError for a damaged or encrypted archive. */
export async function* readZip(
  path: string,
  choose: Choose,
  onRead: (bytes: number) => void,
): AsyncGenerator<ReadFile, void, void> {
  const damaged = (error: unknown) =>
    new UsageError(`${path} cannot be read: ${(error as Error).message.replace(/\.$/, "")}.`);
  const zip = await openPromise(path).catch((error) => {
    throw damaged(error);
  });
  try {
    const entries = zip.eachEntry();
    for (;;) {
      const { value: entry, done } = await entries.next().catch((error) => {
        throw damaged(error);
      });
      if (done) return;
      onRead(entry.compressedSize);
      if (entry.fileName.endsWith("/")) continue;
      const file = { path: entry.fileName, bytes: entry.uncompressedSize, isLink: isLink(entry) };
      if (!choose(file)) {
        yield file;
        continue;
      }
      const read = async () => buffer(await zip.openReadStreamPromise(entry));
      const content = await read().catch((error) => {
        throw damaged(error);
      });
      yield { ...file, content };
    }
  } finally {
    zip.close();
  }
}

/** Systems whose entries have a Unix mode (APPNOTE.TXT, section 4.4.2): Unix and macOS. */
const WITH_MODE = [3, 19];
const TYPE_OF_FILE = 0o170000;
const LINK = 0o120000;

/** Whether the content of an entry is the path of another file. */
function isLink({ versionMadeBy, externalFileAttributes }: Entry): boolean {
  return WITH_MODE.includes(versionMadeBy >> 8) && ((externalFileAttributes >>> 16) & TYPE_OF_FILE) === LINK;
}
