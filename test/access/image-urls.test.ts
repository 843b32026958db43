/** Attacks by URLs of images: into the network of the service, on its memory, and on what others have. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endless, ImageServer, patient, redirect } from "../support/image-server.ts";
import { golden, type Json } from "../support/job-client.ts";
import { ADMIN_KEY, bearer, KeyClient } from "../support/key-client.ts";
import { type RunningService, startService } from "../support/service.ts";

const [face] = golden as [(typeof golden)[0]];

let server: ImageServer;
let service: RunningService;
let client: KeyClient;
let mine: Record<string, string>;
beforeAll(async () => {
  server = await ImageServer.start();
  service = await startService({ ADMIN_KEY, IMAGE_URLS: "on", IMAGE_URL_PORTS: `80,443,${server.port}`, ...patient });
  client = new KeyClient(service.url);
  mine = bearer((await client.key({ scopes: ["process"] })).key);
});
afterAll(async () => {
  expect(await service.stop()).toBe(0);
  await server.stop();
});

const problemsOf = async (urls: readonly string[]): Promise<Json[]> => {
  const images = urls.map((url) => ({ url }));
  const { status, body } = await client.postJson("/process", { images }, mine);
  expect(status).toBe(200);
  return body.images.map(({ problem }: Json) => problem);
};

describe("by default", () => {
  it.each([
    ["this machine", ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "0", "[::1]", "[::ffff:127.0.0.1]", "localhost"]],
    ["this machine by a name", ["localhost.", "LOCALHOST", "a.localhost", "①②⑦.0.0.1"]],
    ["the local network", ["10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "[fd00::1]", "[fe80::1]"]],
    ["a cloud's metadata", ["169.254.169.254", "metadata.google.internal", "[fd00:ec2::254]", "100.100.100.200"]],
    ["the metadata in IPv6", ["[::ffff:169.254.169.254]", "[64:ff9b::169.254.169.254]", "[2002:a9fe:a9fe::1]"]],
  ])("%s is not reached", async (_name, hosts) => {
    server.reset();
    const urls = hosts.map((host) => `http://${host}:${server.port}/latest/meta-data/`);
    expect((await problemsOf(urls)).map(({ code }) => code)).toEqual(hosts.map(() => "IMAGE_URL_REFUSED"));
    expect(server.connections).toBe(0);
  });

  it("another scheme, credentials, another port and what is no URL are refused", async () => {
    const urls = ["file:///etc/passwd", "gopher://example.com/", "http://u:p@example.com/", "http://example.com:22/"];
    const problems = await problemsOf([
      ...urls,
      "",
      "//example.com/",
      "http://",
      `http://example.com/${"x".repeat(3000)}`,
    ]);
    expect(problems.map(({ code }) => code)).toEqual(Array(8).fill("IMAGE_URL_REFUSED"));
  });

  it("a name that cannot exist is answered like one that leads into the network", async () => {
    const [unknown] = await problemsOf([`http://${"x".repeat(64)}.invalid/`]);
    expect(unknown).toMatchObject({
      code: "IMAGE_URL_REFUSED",
      detail: "The name of the host leads to no address that images are fetched from.",
    });
  });

  it("nothing is fetched for a request without a key", async () => {
    server.reset();
    const answer = await client.postJson("/process", { images: [{ url: server.url("/a.jpg") }] });
    expect(answer.status).toBe(401);
    expect(server.connections).toBe(0);
  });
});

describe("where private addresses are allowed", () => {
  let open: RunningService;
  let openClient: KeyClient;
  let key: Record<string, string>;
  beforeAll(async () => {
    open = await startService({
      ADMIN_KEY,
      IMAGE_URLS: "on",
      IMAGE_URL_ALLOW_PRIVATE: "true",
      IMAGE_URL_HOSTS: "127.0.0.1,metadata.google.internal",
      IMAGE_URL_PORTS: `80,${server.port}`,
      MAX_UPLOAD_BYTES_IN_FLIGHT: "20000000",
      ...patient,
    });
    openClient = new KeyClient(open.url);
    key = bearer((await openClient.key({ scopes: ["process"] })).key);
  });
  afterAll(async () => {
    expect(await open.stop()).toBe(0);
  });
  const send = (images: readonly object[]) => openClient.postJson("/process", { images }, key);

  it("redirects lead nowhere else: to other hosts, ports, schemes, or to a cloud's metadata", async () => {
    server.reset();
    const targets = [
      `http://localhost:${server.port}/inner`,
      "http://127.0.0.1:22/",
      "http://169.254.169.254/latest/",
      "http://metadata.google.internal/",
      "file:///etc/passwd",
      "https://example.com/",
    ];
    const images = targets.map((target, n) => ({ url: server.at(`/r${n}`, redirect(target)) }));
    const { body } = await send(images);
    expect(body.images.map(({ problem }: Json) => problem.code)).toEqual(targets.map(() => "IMAGE_URL_REFUSED"));
    expect(server.requests).toHaveLength(targets.length);
  });

  it("servers that send without end, all at the same time, do not fill the memory", async () => {
    server.reset();
    const url = server.at("/endless", endless(Buffer.alloc(65_536)));
    const requests = Array.from({ length: 8 }, () => send(Array(8).fill({ url })));
    for (const { status, body } of await Promise.all(requests))
      if (status === 200)
        for (const { problem } of body.images) expect(problem.code).toMatch(/IMAGE_TOO_LARGE|IMAGE_FETCH_TIMEOUT/);
      else expect([status, body.code]).toEqual([503, "OVERLOADED"]);
    // All of it is free again.
    const ok = server.file("/a.jpg", face.bytes);
    expect((await send([{ url: ok }])).body.images).toMatchObject([{ faces: face.faces }]);
  });

  it("servers that say nothing do not keep others from being processed", async () => {
    server.reset();
    const silent = server.at("/silent", () => {});
    const stuck = Array.from({ length: 4 }, () => send(Array(8).fill({ url: silent })));
    await expect.poll(() => server.requests.length).toBe(32);
    const ok = server.file("/a.jpg", face.bytes);
    const uploaded = Buffer.from(face.bytes).toString("base64");
    expect((await send([{ url: ok }, { data: uploaded }])).body.images).toMatchObject([
      { faces: face.faces },
      { faces: face.faces },
    ]);
    server.reset();
    for (const { body } of await Promise.all(stuck))
      for (const { problem } of body.images) expect(problem.code).toBe("IMAGE_FETCH_FAILED");
  });
});
