/** `sightline models` as a user runs it, against a server that misbehaves. */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loadManifests, ownManifest } from "../../lib/vision/models/manifest.ts";
import { type CommandHost, startCommandHost } from "../support/command-host.ts";
import { type CommandResult, STDERR_IS_TERMINAL, startCommand } from "../support/command-line.ts";

const content = randomBytes(300_000);
const folder = mkdtempSync(join(tmpdir(), "sightline-pull-"));
/** Read anew by each command. */
const manifest = join(folder, "manifest.json");
let host: CommandHost;
beforeAll(() => {
  host = startCommandHost({ MODELS_MANIFEST: manifest });
});
afterAll(async () => {
  await host.stop();
  rmSync(folder, { recursive: true });
});

let answer: (request: IncomingMessage, response: ServerResponse) => void;
const requests: { url: string; range: string | undefined }[] = [];
const server = createServer((request, response) => {
  requests.push({ url: request.url ?? "", range: request.headers.range });
  answer(request, response);
});
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => server.close());
beforeEach(() => requests.splice(0));

/** The file, or the rest of it that is asked for. */
function serve({ headers }: IncomingMessage, response: ServerResponse): void {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, { "Content-Length": content.length - from });
  response.end(content.subarray(from));
}

let count = 0;
/** Writes a manifest with one model of one file. Returns a folder for the file, and its path. */
function setUp(file: object = {}) {
  const name = `file-${++count}.onnx`;
  const [yunet] = loadManifests([ownManifest]);
  const { referencePath: _path, reference: _reference, ...entry } = yunet as NonNullable<typeof yunet>;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`;
  const sha256 = createHash("sha256").update(content).digest("hex");
  const model = { name, url, sha256, bytes: content.length, ...file };
  writeFileSync(manifest, JSON.stringify({ models: [{ ...entry, name: "mine", files: { model } }] }));
  const dir = join(folder, `models-${count}`);
  return { dir, path: join(dir, name) };
}

/** In a process of its own, with a manifest of its own if one is named. */
const start = (args: readonly string[], MODELS_MANIFEST = manifest) =>
  startCommand("", ["models", ...args], { environment: { MODELS_MANIFEST } });

async function told(result: Promise<CommandResult>) {
  const { code, stdout, stderr } = await result;
  const output = `${stdout}${stderr}`;
  // Whatever goes wrong, a person is told in a sentence.
  expect(output).not.toMatch(/^\s+at /m);
  return { code, output };
}

const sightline = (...args: string[]) => told(host.run("", "models", ...args));
/** Its process has to end. */
const sightlineProcess = (...args: string[]) => told(start(args).ended);

describe("sightline models pull", () => {
  it("downloads, checks, and does nothing the second time", async () => {
    const { dir, path } = setUp();
    answer = serve;
    expect(await sightlineProcess("pull", "mine", "--dir", dir)).toEqual({
      code: 0,
      output: expect.stringContaining("downloaded and checked"),
    });
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(readdirSync(dir)).toHaveLength(1);
    expect(await sightline("pull", "mine", "--dir", dir)).toMatchObject({
      code: 0,
      output: expect.stringMatching(/there already/),
    });
    expect(requests).toHaveLength(1);
    expect(await sightline("verify", "mine", "--dir", dir)).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^ok/),
    });
  });

  it("shows its progress on a terminal in one line, which is gone at the end", async () => {
    const { dir } = setUp();
    answer = serve;
    const environment = { MODELS_MANIFEST: manifest, ...STDERR_IS_TERMINAL };
    const { stderr } = await startCommand("", ["models", "pull", "mine", "--dir", dir], { environment }).ended;
    const [before, first, ...others] = stderr.split("\r");
    expect(before).toBe("");
    expect(first).toMatch(/^file-\d+\.onnx {2}\[[#-]+\] +\d+% {2}of 0\.3 MiB/);
    expect(others.at(-1)).toBe("\x1b[K");
  });

  it("says of a folder that cannot be created, as in /proc, that it is not there", async () => {
    setUp();
    expect(await sightline("pull", "mine", "--dir", "/proc/sightline/models")).toEqual({
      code: 2,
      output: expect.stringContaining("/proc/sightline: there is no such file."),
    });
  });

  it.each(["pull", "verify"])("%s says with exit code 2 that a model or manifest is not there", async (name) => {
    const { dir } = setUp();
    expect(await sightline(name, "other", "--dir", dir)).toEqual({
      code: 2,
      output: expect.stringContaining("There is no model other"),
    });
    expect(await told(start([name, "--dir", dir], join(dir, "none.json")).ended)).toMatchObject({ code: 2 });
  });

  it("goes on where the connection was cut, as often as something arrives", async () => {
    const { dir, path } = setUp();
    const present = () => statSync(`${path}.part`, { throwIfNoEntry: false })?.size ?? 0;
    answer = async (request, response) => {
      if (requests.length > 5) return serve(request, response);
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
      response.writeHead(from > 0 ? 206 : 200, { "Content-Length": content.length - from });
      response.write(content.subarray(from, from + 50_000));
      await expect.poll(present).toBeGreaterThan(from);
      response.destroy();
    };
    expect(await sightline("pull", "mine", "--dir", dir)).toMatchObject({ code: 0 });
    expect(readFileSync(path).equals(content)).toBe(true);
    const starts = requests.map(({ range }) => Number(/\d+/.exec(range ?? "0")?.[0]));
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(starts.at(-1)).toBeGreaterThan(50_000);
  });

  it("ends at Ctrl-C, and goes on the next time", async () => {
    const { dir, path } = setUp();
    const present = () => statSync(`${path}.part`, { throwIfNoEntry: false })?.size ?? 0;
    answer = (_request, response) => {
      response.writeHead(200, { "Content-Length": content.length });
      response.write(content.subarray(0, 50_000));
    };
    const { process, ended } = start(["pull", "mine", "--dir", dir]);
    await expect.poll(present, { timeout: 20_000 }).toBeGreaterThan(0);
    process.kill("SIGINT");
    expect(await told(ended)).toEqual({ code: 130, output: "" });
    const kept = present();
    answer = serve;
    expect(await sightline("pull", "mine", "--dir", dir)).toMatchObject({ code: 0 });
    expect(requests.at(-1)?.range).toBe(`bytes=${kept}-`);
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  it("says that a download was cut off", async () => {
    const { dir, path } = setUp();
    answer = (_request, response) => {
      response.writeHead(200, { "Content-Length": content.length });
      response.write(content.subarray(0, 100_000), () => response.destroy());
    };
    expect(await sightlineProcess("pull", "mine", "--dir", dir)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/could not be downloaded|cut off/),
    });
    expect(existsSync(path)).toBe(false);
  });

  it("gives up where the server begins anew each time, and is cut off earlier or later", async () => {
    const { dir, path } = setUp();
    const present = () => statSync(`${path}.part`, { throwIfNoEntry: false })?.size;
    answer = async (_request, response) => {
      const isEarly = requests.length % 2 === 0;
      response.writeHead(200, { "Content-Length": content.length });
      isEarly ? response.flushHeaders() : response.write(content.subarray(0, 50_000));
      await (isEarly ? expect.poll(present).toBe(0) : expect.poll(present).toBeGreaterThan(0));
      response.destroy();
    };
    expect(await sightline("pull", "mine", "--dir", dir)).toMatchObject({ code: 1 });
  });

  it("does not wait for the end of a refusal", async () => {
    const { dir } = setUp();
    answer = (_request, response) => {
      response.writeHead(404);
      response.write("Not");
    };
    expect(await sightlineProcess("pull", "mine", "--dir", dir)).toMatchObject({
      code: 1,
      output: expect.stringContaining("answered 404"),
    });
  });

  it("goes on with what a killed run left, and begins anew where the server cannot resume", async () => {
    const { dir, path } = setUp();
    answer = (_request, response) => {
      response.writeHead(200, { "Content-Length": content.length });
      response.write(content.subarray(0, 100_000));
    };
    const killed = start(["pull", "mine", "--dir", dir]);
    const sizes = () => (existsSync(dir) ? readdirSync(dir).map((name) => statSync(join(dir, name)).size) : []);
    await expect.poll(() => Math.max(0, ...sizes())).toBeGreaterThan(0);
    killed.process.kill("SIGKILL");
    await killed.ended;
    expect(existsSync(path)).toBe(false);

    answer = (_request, response) => response.end(content);
    expect(await sightline("pull", "mine", "--dir", dir)).toMatchObject({ code: 0 });
    expect(requests.at(-1)?.range).toMatch(/^bytes=\d+-$/);
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  it("follows redirects, with the range too", async () => {
    const { dir, path } = setUp();
    answer = (request, response) => {
      if (request.url?.startsWith("/moved")) return serve(request, response);
      response.writeHead(302, { Location: `/moved${request.url}` }).end();
    };
    expect(await sightline("pull", "mine", "--dir", dir)).toMatchObject({ code: 0 });
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  it("keeps nothing that is not the file, and leaves what was there", async () => {
    const { dir, path } = setUp({ sha256: "0".repeat(64) });
    answer = serve;
    expect(await sightline("pull", "mine", "--dir", dir)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/is not the file/),
    });
    expect(readdirSync(dir)).toEqual([]);
    writeFileSync(path, "old");
    await sightline("pull", "mine", "--dir", dir);
    expect(readFileSync(path, "utf8")).toBe("old");
  });

  it("fetches a file once more whose beginning was of another one", async () => {
    const { dir, path } = setUp();
    answer = serve;
    await sightline("pull", "mine", "--dir", dir);
    rmSync(path);
    writeFileSync(`${path}.part`, randomBytes(1000));
    expect(await sightline("pull", "mine", "--dir", dir)).toMatchObject({ code: 0 });
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  it("stops at more bytes than the file has", async () => {
    const { dir } = setUp({ bytes: 1000 });
    answer = serve;
    expect(await sightlineProcess("pull", "mine", "--dir", dir)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/more than 1000/),
    });
    expect(readdirSync(dir)).toEqual([]);
  });

  it.each([404, 403])("gives up at once at %i", async (status) => {
    const { dir } = setUp();
    answer = (_request, response) => response.writeHead(status).end();
    const { code, output } = await sightline("pull", "mine", "--dir", dir);
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining(`answered ${status}`) });
    expect(requests).toHaveLength(1);
  });

  it("tries again at 503, then says so", async () => {
    const { dir, path } = setUp();
    answer = (request, response) => (requests.length < 3 ? response.writeHead(503).end() : serve(request, response));
    expect(await sightline("pull", "mine", "--dir", dir)).toMatchObject({ code: 0 });
    expect(existsSync(path)).toBe(true);
  });

  it("says that nobody answers", async () => {
    const { dir } = setUp({ url: "http://127.0.0.1:9/none" });
    expect(await sightline("pull", "mine", "--dir", dir)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/could not be downloaded/),
    });
  });
});

describe("sightline models", () => {
  it("list says what is there, verify what is damaged", async () => {
    const { dir, path } = setUp();
    answer = serve;
    expect(await sightline("list", "--dir", dir)).toMatchObject({
      code: 0,
      output: expect.stringMatching(/mine .* is missing/),
    });
    await sightline("pull", "mine", "--dir", dir);
    expect(await sightline("list", "--dir", dir)).toMatchObject({
      code: 0,
      output: expect.stringMatching(/mine .* files present/),
    });
    const damaged = Buffer.from(content);
    damaged[1000] = (damaged[1000] as number) ^ 1;
    writeFileSync(path, damaged);
    const { code, output } = await sightline("verify", "mine", "--dir", dir);
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringMatching(/FAULT .* is damaged/) });
    expect(await sightline("pull", "mine", "--dir", dir)).toMatchObject({ code: 0 });
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  it("says of a file that is not published where it belongs", async () => {
    const { dir } = setUp({ url: undefined });
    const { code, output } = await sightline("pull", "mine", "--dir", dir);
    expect(code).toBe(1);
    expect(output).toContain(`.onnx: the manifest has no url for it; copy it into ${dir}.`);
    expect(requests).toEqual([]);
  });
});
