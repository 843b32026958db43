/**
 * Pins base images by digest: the image of a tag may change, that of a digest cannot.
 *
 *   node scripts/run.mjs node scripts/pin-images.ts           asks the registry, and writes the digests into the files
 *   node scripts/run.mjs node scripts/pin-images.ts --check   exits with 1 if an image has no digest, or another one
 *                                                             than its tag has at the registry
 */
import { createHash } from "node:crypto";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const FILES = ["docker/*/Dockerfile", "docker-compose.yaml", "k8s/**/*.yaml"];
const HUB = "https://registry-1.docker.io";
const HUB_TOKENS = "https://auth.docker.io/token?service=registry.docker.io";
/** Media types to accept. An index of several platforms comes first, because its digest fits each of them. */
const ACCEPT = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");
/** Matches images of others with a tag. Our own images are built, and stages of a Dockerfile have no tag. */
const IMAGE = /^(\s*(?:FROM|image:|- image:)\s+)([a-z0-9./_-]+):([\w.-]+)(@sha256:[0-9a-f]{64})?/gm;

export interface Image {
  readonly name: string;
  readonly tag: string;
  readonly digest: string | undefined;
}

/** The images of others that a file names. */
export function imagesIn(text: string): Image[] {
  return Array.from(text.matchAll(IMAGE), ([, , name = "", tag = "", digest]) => ({
    name,
    tag,
    digest: digest?.slice(1),
  }));
}

/** @param digests Digests by `name:tag`. Images without an entry stay as they are. */
export function withDigests(text: string, digests: ReadonlyMap<string, string>): string {
  return text.replace(IMAGE, (whole, before: string, name: string, tag: string) => {
    const digest = digests.get(`${name}:${tag}`);
    return digest ? `${before}${name}:${tag}@${digest}` : whole;
  });
}

export interface Registry {
  readonly url: string;
  /** URL that issues tokens for a repository, if the registry requires them. */
  readonly tokens?: string;
}

/** The present digest of the tag, computed from the received bytes. @throws Error if it cannot be obtained. */
export async function digestOf(
  { name, tag }: Pick<Image, "name" | "tag">,
  { url, tokens }: Registry = { url: HUB, tokens: HUB_TOKENS },
): Promise<string> {
  const repository = name.includes("/") ? name : `library/${name}`;
  const headers: Record<string, string> = { Accept: ACCEPT };
  if (tokens) {
    const { token } = (await ok(await fetch(`${tokens}&scope=repository:${repository}:pull`)).json()) as {
      token: string;
    };
    headers.Authorization = `Bearer ${token}`;
  }
  const response = ok(await fetch(`${url}/v2/${repository}/manifests/${tag}`, { headers }));
  const digest = `sha256:${createHash("sha256")
    .update(Buffer.from(await response.arrayBuffer()))
    .digest("hex")}`;
  const said = response.headers.get("docker-content-digest");
  if (said !== null && said !== digest) throw new Error(`${name}:${tag} is ${digest}, but the registry says ${said}.`);
  return digest;
}

function ok(response: Response): Response {
  if (!response.ok) throw new Error(`${new URL(response.url).host} answered with status ${response.status}.`);
  return response;
}

if (process.argv[1] === import.meta.filename) {
  const { check } = parseArgs({ options: { check: { type: "boolean" } } }).values;
  const root = join(import.meta.dirname, "..");
  const files = globSync(FILES, { cwd: root }).map((file) => join(root, file));
  const images = files.flatMap((file) => imagesIn(readFileSync(file, "utf8")));
  const digests = new Map<string, string>();
  for (const image of images) {
    const name = `${image.name}:${image.tag}`;
    const digest = digests.get(name) ?? (await digestOf(image));
    digests.set(name, digest);
    if (!check || image.digest === digest) continue;
    console.error(`${name} has ${image.digest ?? "no digest"}; the registry has ${digest}.`);
    process.exitCode = 1;
  }
  for (const file of check ? [] : files) writeFileSync(file, withDigests(readFileSync(file, "utf8"), digests));
  for (const [name, digest] of digests) console.log(`${name}@${digest}`);
}
