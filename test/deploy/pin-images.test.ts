/** Base images get the digest that their registry has, and no other. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { digestOf, imagesIn, withDigests } from "../../scripts/pin-images.ts";

const MANIFEST = '{"schemaVersion":2}';
const DIGEST = `sha256:${createHash("sha256").update(MANIFEST).digest("hex")}`;
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url?.startsWith("/token")) return void response.end('{"token":"t"}');
    if (request.headers.authorization !== "Bearer t") return void response.writeHead(401).end();
    if (request.url === "/v2/library/node/manifests/24")
      return void response.writeHead(200, { "Docker-Content-Digest": DIGEST }).end(MANIFEST);
    if (request.url === "/v2/library/forged/manifests/1")
      return void response.writeHead(200, { "Docker-Content-Digest": DIGEST }).end("something else");
    response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it("asks the registry, and believes only the bytes", async () => {
  const registry = { url, tokens: `${url}/token?service=s` };
  expect(await digestOf({ name: "node", tag: "24" }, registry)).toBe(DIGEST);
  await expect(digestOf({ name: "forged", tag: "1" }, registry)).rejects.toThrow("but the registry says");
  await expect(digestOf({ name: "none", tag: "1" }, registry)).rejects.toThrow("status 404");
});

it("finds the images of others in all files, and writes their digests", () => {
  const read = (file: string) => readFileSync(join(import.meta.dirname, "../..", file), "utf8");
  const names = (text: string) => imagesIn(text).map(({ name, tag }) => `${name}:${tag}`);
  const dockerfile = read("docker/detector/Dockerfile");
  expect(names(dockerfile)).toEqual(["node:24-bookworm-slim", "node:24-bookworm-slim"]);
  expect(names(read("docker-compose.yaml"))).toEqual(["nats:2.12-alpine", "mongo:8.0", "apache/kafka:4.4.0"]);
  expect(names(read("k8s/overlays/trial/nats.yaml"))).toEqual(["nats:2.12-alpine"]);

  const pinned = withDigests(dockerfile, new Map([["node:24-bookworm-slim", DIGEST]]));
  expect(pinned).toContain(`FROM node:24-bookworm-slim@${DIGEST} AS build\n`);
  expect(imagesIn(pinned).map(({ digest }) => digest)).toEqual([DIGEST, DIGEST]);
  // Another digest takes its place.
  const next = `sha256:${"0".repeat(64)}`;
  expect(withDigests(pinned, new Map([["node:24-bookworm-slim", next]]))).not.toContain(DIGEST);
});
