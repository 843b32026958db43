/**
 * Programs for Java: Java itself (Debian's `default-jre-headless`) and jars from Maven Central, which are kept in
 * `.tools/jars`. `MAVEN_CENTRAL_URL` may name a mirror.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import pMap from "p-map";
import { ensureDebianPackages, works } from "../../scripts/debian-packages.ts";

const CENTRAL = "https://repo1.maven.org/maven2/";
const DOWNLOADS_AT_ONCE = 6;
const folder = join(import.meta.dirname, "../../.tools/jars");

/**
 * Installs Java and the jars if they are missing.
 * @param jars Paths in Maven Central, by SHA-256.
 * @returns the class path.
 * @throws if something cannot be installed
 */
export async function ensureJars(jars: Readonly<Record<string, string>>): Promise<string> {
  if (!works("java", "-version")) ensureDebianPackages("default-jre-headless");
  mkdirSync(folder, { recursive: true });
  const concurrency = { concurrency: DOWNLOADS_AT_ONCE };
  return (await pMap(Object.entries(jars), ([sha256, path]) => jarFile(sha256, path), concurrency)).join(":");
}

async function jarFile(sha256: string, path: string): Promise<string> {
  const file = join(folder, basename(path));
  if (existsSync(file) && sha256Of(readFileSync(file)) === sha256) return file;
  const url = new URL(path, process.env.MAVEN_CENTRAL_URL || CENTRAL);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}.`);
  const bytes = Buffer.from(await response.arrayBuffer());
  if (sha256Of(bytes) !== sha256) throw new Error(`${url} is not the file that is expected: its SHA-256 is another.`);
  // Renamed once complete: another process may use the file at the same time.
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, bytes);
  renameSync(partial, file);
  return file;
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
