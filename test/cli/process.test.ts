import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { annotatedNames } from "../../cli/process.ts";
import { type CommandHost, startCommandHost } from "../support/command-host.ts";
import { STDERR_IS_TERMINAL, sightline, startCommand } from "../support/command-line.ts";
import { astronautFaces, samplePath } from "../support/images.ts";
import { golden } from "../support/job-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { freePort, type RunningService, startService } from "../support/service.ts";
import { inShell } from "../support/shell.ts";

let service: RunningService;
let host: CommandHost;
const folder = mkdtempSync(join(tmpdir(), "sightline-cli-"));
beforeAll(async () => {
  host = startCommandHost();
  service = await startService({ ...(modelsDir && { MODELS_DIR: modelsDir }) });
});
afterAll(async () => {
  await Promise.all([service.stop(), host.stop()]);
  rmSync(folder, { recursive: true });
});
const run = (...args: string[]) => host.run(service.url, "process", ...args);

describe("sightline process", () => {
  it("prints a table of what is found", async () => {
    const args = [samplePath("astronaut.png"), samplePath("coffee.png")];
    const { code, stdout, stderr } = await sightline(service.url, "process", ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [header, astronaut, coffee] = stdout.split("\n");
    expect(header).toMatch(/^image +size +faces +ms +boxes/);
    expect(astronaut).toMatch(/^astronaut\.png +512 × 512 +1 +[\d.]+ +\[170, 61, 108, 108\]$/);
    expect(coffee).toMatch(/^coffee\.png +600 × 400 +0 /);
    // Not a terminal: nothing but text.
    expect(stdout).not.toContain("\x1b");
  });

  it("gives an error a line of its own on a terminal", async () => {
    const args = ["process", "--models", "none", samplePath("coffee.png")];
    const { code, stderr } = await startCommand(service.url, args, { environment: STDERR_IS_TERMINAL }).ended;
    const message = "sightline: There is no model none. (MODEL_NOT_FOUND)\n";
    expect({ code, stderr }).toEqual({ code: 4, stderr: `\r0 of 1 images\x1b[K\r\x1b[K${message}` });
  });

  it("gives the exact boxes of more images than one request takes, in their order", async () => {
    const paths = Array.from({ length: 130 }, (_, index) => golden[index % 5]?.path as string);
    const { code, stdout } = await run("--json", ...paths);
    expect(code).toBe(0);
    const { images } = JSON.parse(stdout) as { images: { faces: unknown }[] };
    expect(images.map(({ faces }) => faces)).toEqual(paths.map((_, index) => golden[index % 5]?.faces));
  });

  it("tells of an image that failed in its line and by exit code 1", async () => {
    const bad = join(folder, "bad.jpg");
    writeFileSync(bad, "no image");
    const { code, stdout } = await run(bad, samplePath("astronaut.png"));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^bad\.jpg +UNSUPPORTED_MEDIA_TYPE: /m);
    expect(stdout).toContain("[170, 61, 108, 108]");
  });

  it("sends a file whose name has control characters, and those beside it", async () => {
    const named = join(folder, "bell\u0007.png");
    writeFileSync(named, readFileSync(samplePath("astronaut.png")));
    const { code, stdout } = await run("--json", named, samplePath("astronaut.png"));
    expect(code).toBe(0);
    const { images } = JSON.parse(stdout) as { images: { fileName: string }[] };
    expect(images.map(({ fileName }) => fileName)).toEqual(["bell%07.png", "astronaut.png"]);
  });

  it("says of each path why it is no file that can be sent", async () => {
    const [first, second] = [join(folder, "loop-1"), join(folder, "loop-2")];
    symlinkSync(first, second);
    symlinkSync(second, first);
    const paths = ["", "/dev/null", folder, first, `${samplePath("astronaut.png")}/x`, "x".repeat(300), "\ufffd.png"];
    const { code, stderr } = await run(...paths);
    expect(code).toBe(2);
    expect(stderr.trimEnd().split("\n")).toEqual([
      'sightline: "": there is no such file.',
      "/dev/null is neither a file nor a folder. One image is taken from standard input, as in `process - < /dev/null`.",
      `${folder} is a folder; "sightline dataset" takes folders.`,
      `${first}: its symbolic links lead in a circle.`,
      expect.stringContaining("/x: a part of the path is a file."),
      `${"x".repeat(300)}: its name is too long.`,
      "\ufffd.png: its name is not UTF-8. Rename it.",
    ]);
  });

  it("ends with 2 if a file is removed before it is sent, as one of many may be", async () => {
    const file = join(folder, "removed.png");
    writeFileSync(file, readFileSync(samplePath("astronaut.png")));
    // Passes the requests on, and removes the file with the first.
    const proxy = createServer((request, response) => {
      rmSync(file, { force: true });
      const { method, headers, url } = request;
      const passed = httpRequest(new URL(url ?? "", service.url), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      });
      pipeline(request, passed, () => {});
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const others = Array.from({ length: 64 }, () => samplePath("camera.png"));
    const ended = await sightline(url, "process", ...others, file);
    proxy.closeAllConnections();
    proxy.close();
    expect(ended).toEqual({
      code: 2,
      stdout: "",
      stderr: "sightline: An image cannot be read: its file may not be read, or was removed or changed meanwhile.\n",
    });
  });

  it("writes annotated copies, of files with one name each its own", async () => {
    const [out, other] = [join(folder, "boxes"), join(folder, "other")];
    mkdirSync(other);
    const copy = join(other, "astronaut.jpg");
    writeFileSync(copy, readFileSync(samplePath("astronaut.png")));
    expect(await run("--out", out, samplePath("astronaut.png"), copy)).toMatchObject({ code: 0 });
    expect(readdirSync(out).sort()).toEqual(["astronaut-2.png", "astronaut.png"]);
    const [drawn, original] = [readFileSync(join(out, "astronaut.png")), readFileSync(samplePath("astronaut.png"))];
    expect(drawn.subarray(1, 4).toString()).toBe("PNG");
    expect(drawn.equals(original)).toBe(false);
  });

  it("writes annotated copies beside the images, which stay as they are", async () => {
    const beside = join(folder, "beside");
    mkdirSync(beside);
    const [image, bytes] = [join(beside, "astronaut.png"), readFileSync(samplePath("astronaut.png"))];
    writeFileSync(image, bytes);
    expect(await run("--out", beside, image)).toMatchObject({ code: 0 });
    expect(readdirSync(beside).sort()).toEqual(["astronaut-2.png", "astronaut.png"]);
    expect(readFileSync(image).equals(bytes)).toBe(true);
  });

  it("says that a folder for copies cannot be created, as in /proc", async () => {
    const { code, stderr } = await run("--out", "/proc/copies", samplePath("astronaut.png"));
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("/proc/copies: there is no such file."),
    });
  });

  it.skipIf(!modelsDir)("prints what each of several models found, in a row each", async () => {
    const args = ["--models", "faces-yunet,classify", "--models", "objects", "--top-k", "2", samplePath("chelsea.png")];
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [header, faces, classes, objects] = stdout.split("\n");
    expect(header).toMatch(/^image +size +model +ms +found/);
    expect(faces).toMatch(/^chelsea\.png +451 × 300 +faces-yunet +[\d.]+$/);
    expect(classes).toMatch(/ classify +[\d.]+ +Egyptian cat 0\.\d\d; [\w ,]+ 0\.\d\d$/);
    expect(objects).toMatch(/ objects +[\d.]+ +cat \[\d+, \d+, \d+, \d+\] 0\.\d\d$/);
    const { stdout: json } = await run("--json", ...args);
    expect(JSON.parse(json)).toMatchObject({
      models: ["faces-yunet", "classify", "objects"],
      images: [{ results: { objects: { objects: [{ label: "cat" }] } } }],
    });
  });

  it("reads one image from standard input", async () => {
    const image = samplePath("astronaut.png");
    const { code, stdout, stderr } = await inShell(service.url, `cat '${image}' | sightline process -`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^stdin +512 × 512 +1 +[\d.]+ +\[170, 61, 108, 108\]$/m);
    const empty = await inShell(service.url, "sightline process - < /dev/null");
    expect(empty).toMatchObject({ code: 1, stdout: expect.stringContaining("EMPTY_IMAGE") });
    // More than is kept of it; it is not read to its end.
    const endless = await inShell(service.url, "sightline process - < /dev/zero");
    expect(endless).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("more than 64 MiB") });
    const both = await run("-", image);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("either it or files") });
  });

  it("passes options on", async () => {
    const { stdout } = await run("--json", "--min-size", "150", samplePath("astronaut.png"));
    expect(JSON.parse(stdout).images[0].faces).toEqual([]);
    const { stdout: small } = await run("--json", "--min-size", "96", samplePath("astronaut.png"));
    expect(JSON.parse(small).images[0].faces).toEqual(astronautFaces);
  });

  it("says that a name is not UTF-8, which Node cannot use", async () => {
    const { code, stderr } = await run("bad\ufffd.png");
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("its name is not UTF-8. Rename it.") });
  });

  it("says that its output cannot be written, without a stack", async () => {
    const { code, stderr } = await inShell(
      service.url,
      `sightline process '${samplePath("astronaut.png")}' > /dev/full`,
    );
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "sightline: The output cannot be written: the disk is full.\n",
    });
  });

  it("names all files that are not there, with exit code 2 and no stack", async () => {
    const { code, stdout, stderr } = await run("nowhere.jpg", folder, samplePath("coffee.png"));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("nowhere.jpg: there is no such file.");
    expect(stderr).toContain(`${folder} is a folder`);
    expect(stderr).not.toMatch(/\n +at /);
  });

  it("says with exit code 2 that the folder for copies is a file", async () => {
    const file = samplePath("coffee.png");
    const { code, stderr } = await run("--out", file, samplePath("astronaut.png"));
    expect({ code, stderr }).toEqual({ code: 2, stderr: `sightline: ${file}: it is a file, not a folder.\n` });
  });

  it("says with exit code 3 that nothing listens", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await host.run(url, "process", samplePath("coffee.png"));
    expect({ code, stderr }).toEqual({ code: 3, stderr: `sightline: No answer from ${url}: nothing listens there.\n` });
  });
});

describe("usage", () => {
  it.each([
    [[]],
    [["bogus"]],
    [["process"]],
    [["process", "--bogus", "x.jpg"]],
    [["process", "--min-size", "2", "x.jpg"]],
    [["process", "--url", "ftp://x", "x.jpg"]],
    [["job", "get"]],
    [["watch", "--since", "-1"]],
    [["completion", "tcsh"]],
    [["simulate", "--fail-if", "p95>200"]],
    [["simulate", "--rate", "5", "--concurrency", "5"]],
    [["simulate", "--ramp", "--concurrency", "5"]],
    [["simulate", "--duration", "soon"]],
    [["dataset", "nowhere.tgz"]],
  ])("%j is refused with exit code 2 and a hint", async (args) => {
    const { code, stdout, stderr } = await host.run(service.url, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).not.toBe("");
    expect(stderr).not.toMatch(/\n +at /);
  });

  it.each([
    [["process", "--url", "localhost:8080", "x.jpg"], "such as http://127.0.0.1:8080"],
    [["job", "create"], "--no-execute"],
  ])("%j is told what to give instead", async (args, advice) => {
    const { code, stderr } = await host.run(service.url, ...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(advice) });
  });

  it.each([[["bogus"]], [["dataset", "nowhere.tgz"]]])("%j ends its process so", async (args) => {
    expect(await sightline(service.url, ...args)).toMatchObject({ code: 2, stdout: "" });
  });

  it("a key that cannot be sent is not printed", async () => {
    const { code, stderr } = await host.run(service.url, "job", "list", "--key", "secret\nof two lines");
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.not.stringContaining("secret") });
    expect(stderr).toContain("key");
  });

  it.each([
    [["--help"]],
    [["job", "--help"]],
    [["process", "--help"]],
    [["simulate", "--help"]],
    [["dataset", "--help"]],
  ])("%j shows examples", async (args) => {
    expect(await host.run(service.url, ...args)).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining("Examples:"),
    });
  });
});

it("annotated copies never replace each other", () => {
  expect(annotatedNames(["a.jpg", "A.png", "a-2.jpg", "b.tar.png"])).toEqual([
    "a.png",
    "A-2.png",
    "a-2-2.png",
    "b.tar.png",
  ]);
});
