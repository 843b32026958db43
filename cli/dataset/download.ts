import { createWriteStream } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { unescape as decoded } from "node:querystring";
import { pipeline } from "node:stream/promises";
import { ServiceUnreachable } from "../../client/errors.ts";
import { createFolder, SHARED_MODE } from "../../lib/folders/create-folder.ts";
import { UsageError } from "../failure.ts";
import { hash } from "./fingerprint.ts";

export function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** The last segment of a URL's path, made safe for a file name. */
export function nameOfUrl(url: string): string {
  const last = new URL(url).pathname.split("/").filter(Boolean).at(-1) ?? "download";
  return decoded(last).replace(/[^\w.-]/g, "_");
}

/**
 * Downloads an archive into the folder unless it is there already, since it is read more than once. Each URL gets a
 * subfolder, because archives of different URLs may have the same name.
 * @returns its path.
 * @throws ServiceUnreachable if the server does not answer, or the connection breaks; UsageError if it refuses.
 */
export async function download(
  url: string,
  folder: string,
  signal: AbortSignal,
  onProgress: (bytes: number, total: number | undefined) => void,
): Promise<string> {
  const own = join(folder, hash([url]).slice(0, 16));
  const path = join(own, nameOfUrl(url));
  if (await stat(path).catch(() => undefined)) return path;
  createFolder(own, SHARED_MODE);
  const response = await fetch(url, { signal }).catch((error) => {
    throw new ServiceUnreachable(url, error);
  });
  if (!response.ok || !response.body)
    throw new UsageError(`${url} cannot be downloaded: the server answered with status ${response.status}.`);
  const total = Number(response.headers.get("content-length")) || undefined;
  let bytes = 0;
  const { body } = response;
  const counted = async function* () {
    try {
      for await (const chunk of body) {
        bytes += chunk.length;
        onProgress(bytes, total);
        yield chunk;
      }
    } catch (error) {
      throw new ServiceUnreachable(url, error);
    }
  };
  // Renamed once complete: a file under its final name is never partial.
  await pipeline(counted, createWriteStream(`${path}.part`), { signal });
  await rename(`${path}.part`, path);
  return path;
}
