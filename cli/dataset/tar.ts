import { createReadStream } from "node:fs";
import { Parser, type ReadEntry } from "tar";
import { UsageError } from "../failure.ts";
import type { Choose, ReadFile } from "./source.ts";

const REGULAR = ["File", "OldFile", "ContiguousFile"];
const LINKS = ["Link", "SymbolicLink"];
/** Warnings that part of the archive is lost. Other warnings concern parts that are not needed. */
const DAMAGE = ["TAR_BAD_ARCHIVE", "TAR_ABORT", "TAR_ENTRY_INVALID"];

/**
 * The files of a `.tar`, compressed or not. After each chunk the files that it completed are yielded; the next chunk is
 * read only once they are consumed.
 * @throws UsageError for a damaged archive.
 */
export async function* readTar(
  path: string,
  choose: Choose,
  onRead: (bytes: number) => void,
): AsyncGenerator<ReadFile, void, void> {
  const complete: ReadFile[] = [];
  let fault: Error | undefined;
  let close = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const damaged = (reason: string) => {
    fault ??= new UsageError(`${path} is damaged: ${reason}.`);
    close();
  };
  const parser = new Parser({
    onReadEntry: (entry) => collect(entry, choose, (file) => complete.push(file)),
    onwarn: (code, message) => {
      if (DAMAGE.includes(code)) damaged(message);
    },
  });
  parser.on("error", (error: Error) => damaged(error.message));
  parser.on("end", close);
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    onRead(chunk.length);
    parser.write(chunk);
    if (fault) throw fault;
    yield* complete.splice(0);
  }
  parser.end();
  await closed;
  if (fault) throw fault;
  yield* complete.splice(0);
}

/** Every entry must be consumed to get to the next. */
function collect(entry: ReadEntry, choose: Choose, onFile: (file: ReadFile) => void): void {
  const isLink = LINKS.includes(entry.type);
  const file = { path: entry.path, bytes: entry.size, isLink };
  if (!REGULAR.includes(entry.type) && !isLink) {
    entry.resume();
  } else if (choose(file)) {
    const chunks: Buffer[] = [];
    entry.on("data", (chunk: Buffer) => chunks.push(chunk));
    entry.on("end", () => onFile({ ...file, content: Buffer.concat(chunks) }));
  } else {
    onFile(file);
    entry.resume();
  }
}
