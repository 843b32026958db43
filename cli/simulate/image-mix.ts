/** Requests of the simulated clients. */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { UsageError } from "../failure.ts";
import type { Random } from "./random.ts";

/** Maximum bytes of all images, which are in memory while the load runs. */
const MAX_BYTES = 512 * 2 ** 20;
const IMAGE_NAME = /\.(jpe?g|png|webp|bmp|tiff?|gif|heic|heif|avif)$/i;

export const BOUNDARY = "sightline-simulated-upload";
const END = Buffer.from(`--${BOUNDARY}--\r\n`);

export interface Part {
  /** The file as part of a multipart body. */
  readonly bytes: Buffer;
  readonly isBad: boolean;
}

export interface MixSettings {
  /** Files and folders, optionally with their weight in the traffic: `folder` or `folder=3`. The name of one wins. */
  readonly sources: readonly string[];
  /** Fraction of invalid inputs, 0 to 1. */
  readonly badShare: number;
  readonly imagesPerRequest: number;
}

interface Source {
  readonly weight: number;
  readonly parts: readonly Part[];
}

export interface ImageMix {
  readonly imageCount: number;
  /** The next request's body. */
  next(): { body: Buffer; badInputs: number };
}

/** @throws UsageError if a source is missing or has no images, or if all are too large together. */
export async function loadImageMix(settings: MixSettings, random: Random): Promise<ImageMix> {
  const sources: Source[] = [];
  let bytes = 0;
  for (const text of settings.sources) {
    const { path, weight } = await weightedPath(text);
    const parts: Part[] = [];
    for (const file of await imagesIn(path)) {
      const content = await readFile(file);
      bytes += content.length;
      if (bytes > MAX_BYTES) throw new UsageError(`The images are larger than ${MAX_BYTES / 2 ** 20} MiB together.`);
      parts.push(part(basename(file), content, false));
    }
    if (parts.length === 0) throw new UsageError(`${path} has no images.`);
    sources.push({ weight, parts });
  }
  const good = sources.flatMap(({ parts }) => parts);
  const bad = badParts(good);
  const next = () => {
    const chosen = Array.from({ length: settings.imagesPerRequest }, () =>
      random.next() < settings.badShare ? random.pick(bad) : random.pick(weighted(sources, random).parts),
    );
    const badInputs = chosen.filter(({ isBad }) => isBad).length;
    return { body: Buffer.concat([...chosen.map((one) => one.bytes), END]), badInputs };
  };
  return { imageCount: good.length, next };
}

/** An existing file or folder may have a name that ends as with a weight, such as `album=2024`. */
async function weightedPath(text: string): Promise<{ path: string; weight: number }> {
  const [, path, weight] = /^(.*)=(\d+(?:\.\d+)?)$/s.exec(text) ?? [];
  if (path === undefined || (await stat(text).catch(() => undefined))) return { path: text, weight: 1 };
  return { path, weight: Number(weight) };
}

async function imagesIn(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UsageError(`${path}: there is no such file or folder.`);
  if (found.isFile()) return [path];
  // Reading a named pipe would wait for a writer forever.
  if (!found.isDirectory()) throw new UsageError(`${path} is neither a file nor a folder.`);
  const names = await readdir(path, { recursive: true });
  const images = names
    .filter((name) => IMAGE_NAME.test(name))
    .sort()
    .map((name) => join(path, name));
  const areFiles = await Promise.all(images.map(isFile));
  return images.filter((_, index) => areFiles[index]);
}

/** Whether the path is a file, or a link to an existing one. */
async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}

function weighted(sources: readonly Source[], random: Random): Source {
  let left = random.next() * sources.reduce((sum, { weight }) => sum + weight, 0);
  const chosen = sources.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return chosen ?? (sources.at(-1) as Source);
}

/** Typical mistakes of clients: a truncated image, an empty file, text, noise after an image's first bytes. */
function badParts(good: readonly Part[]): Part[] {
  const [first] = good;
  const jpegStart = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
  return [
    { bytes: truncated(first as Part), isBad: true },
    part("empty.jpg", Buffer.alloc(0), true),
    part("notes.jpg", Buffer.from("These are no pixels."), true),
    part("noise.jpg", Buffer.concat([jpegStart, Buffer.alloc(4096, 0x5a)]), true),
  ];
}

/** The first half of an image, as after an aborted transfer. */
function truncated({ bytes }: Part): Buffer {
  return Buffer.concat([bytes.subarray(0, Math.ceil(bytes.length / 2)), Buffer.from("\r\n")]);
}

/**
 * Escapes quotes and control characters as clients do. With a line break, the service could not read the whole form.
 */
function escaped(fileName: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: matches control characters on purpose.
  return fileName.replace(/[\u0000-\u001f\u007f"]/g, encodeURIComponent);
}

function part(fileName: string, content: Buffer, isBad: boolean): Part {
  const disposition = `Content-Disposition: form-data; name="images"; filename="${escaped(fileName)}"`;
  const head = `--${BOUNDARY}\r\n${disposition}\r\nContent-Type: application/octet-stream\r\n\r\n`;
  return { bytes: Buffer.concat([Buffer.from(head), content, Buffer.from("\r\n")]), isBad };
}
