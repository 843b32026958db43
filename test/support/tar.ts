import { gunzipSync } from "node:zlib";

export interface TarEntry {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The regular files of a .tar.gz in ustar format. */
export function* readTarGz(archive: Buffer): Generator<TarEntry> {
  const BLOCK = 512;
  const REGULAR = ["0", "\0"];
  const tar = gunzipSync(archive);
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const text = (from: number, to: number) => tar.toString("utf8", at + from, at + to).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(124, 136), 8);
    if (REGULAR.includes(tar.toString("latin1", at + 156, at + 157)))
      yield { name: text(0, 100), bytes: tar.subarray(at + BLOCK, at + BLOCK + size) };
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}
