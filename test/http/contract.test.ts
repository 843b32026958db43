/** What the API document says is what the service does: every documented example is sent, every error provoked. */
import { readFileSync } from "node:fs";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonRequest, mixedResult, processResult } from "../../lib/contracts/examples.ts";
import { ProcessResult } from "../../lib/contracts/receipt.ts";
import { definitions, type ErrorCode } from "../../lib/errors.ts";
import { staticRoutes } from "../../lib/http/routes/static-routes.ts";
import { apiDocument } from "../../lib/openapi/document.ts";
import api from "../../services/api.service.ts";
import { examplesIn, type Operation, operationsOf, resolved } from "../support/api-document.ts";
import { type EncoderStub, startEncoderStub } from "../support/encoder-stub.ts";
import { sample } from "../support/images.ts";
import { type RunningService, startService } from "../support/service.ts";

const { aliases } = (api.settings as unknown as { routes: [{ aliases: Record<string, unknown> }] }).routes[0];

let encoder: EncoderStub;
let service: RunningService;
beforeAll(async () => {
  encoder = await startEncoderStub();
  service = await startService({ ENCODER_URL: encoder.url });
});
afterAll(async () => {
  await service.stop();
  await encoder.close();
});

const post = (body: RequestInit["body"], type?: string) =>
  fetch(`${service.url}/process`, {
    method: "POST",
    body: body ?? null,
    ...(type && { headers: { "Content-Type": type } }),
  });

/** What differs from one run to the next. */
const stable = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (key, inner) => (key.endsWith("Ms") || key === "requestId" ? typeof inner : inner)));

function form(...files: [name: string, bytes: Uint8Array<ArrayBuffer>][]): FormData {
  const data = new FormData();
  for (const [name, bytes] of files) data.append("images", new Blob([bytes]), name);
  return data;
}

describe("the examples of POST /process", () => {
  const astronaut: [string, Uint8Array<ArrayBuffer>] = ["astronaut.png", sample("astronaut.png")];

  it("faces", async () => {
    const answer = await (await post(form(astronaut))).json();
    expect(stable(answer)).toEqual(stable(processResult));
  });

  it("one bad image", async () => {
    const answer = await (await post(form(astronaut, ["notes.jpg", Buffer.from("no image")]))).json();
    expect(stable(answer)).toEqual(stable(mixedResult));
  });

  it("JSON with base64", async () => {
    const response = await post(JSON.stringify(jsonRequest), "application/json");
    const answer = await response.json();
    expect(answer).toMatchObject({
      images: [
        { fileName: "white.png", faces: [] },
        { fileName: null, faces: [] },
      ],
    });
    expect(Compile(ProcessResult as TSchema).Errors(answer)).toEqual([]);
  });
});

describe("a request body", () => {
  const operations = operationsOf(resolved(apiDocument()));
  const BOUNDARY = { "Content-Type": "multipart/form-data; boundary=x" };
  let jobId: string;
  beforeAll(async () => {
    const created = await fetch(`${service.url}/v1/jobs?execute=false`, { method: "POST" });
    jobId = (await created.json()).id;
  });
  const send = async (path: string, init: RequestInit) => {
    const { key } = path === "/encode" ? await (await fetch(`${service.url}/session`)).json() : {};
    const target = `${path.replace("{id}", jobId)}${path === "/v1/jobs" ? "?execute=false" : ""}`;
    const response = await fetch(service.url + target, {
      method: "POST",
      ...init,
      headers: { ...(key && { key }), ...init.headers },
    });
    return { status: response.status, code: (await response.json()).code };
  };
  const schemaOf = ({ requestBody }: Operation, type: string) =>
    (requestBody?.content[type]?.schema ?? {}) as {
      readonly properties?: object;
      readonly required?: readonly string[];
    };
  // Where images are submitted; the others take no job.
  const paths = ["/process", "/v1/jobs", "/v1/jobs/{id}/images", "/uploadfile", "/encode"];
  const uploads = operations.filter(({ method, path }) => method === "POST" && paths.includes(path));

  it.each(uploads)("of $path is needed if it is described so", async (one) => {
    const { required = false } = one.operation.requestBody ?? {};
    const digest = { "Repr-Digest": `sha-256=:${"A".repeat(43)}=:` };
    const { status } = await send(one.path, { headers: one.path === "/encode" ? digest : {} });
    expect(status === 415).toBe(required);
  });

  it.each(operations.filter(({ operation }) => operation.requestBody?.content["multipart/form-data"]))(
    "of $path is a form with files",
    ({ operation }) => expect(schemaOf(operation, "multipart/form-data").required).toHaveLength(1),
  );

  it("in JSON has settings of a job only where they are described", async () => {
    const images = [sample("astronaut.png").toString("base64")];
    const settings = { execute: false, labels: { a: "b" }, model: "faces-haar", priority: 1 };
    for (const { path, operation } of uploads) {
      const { properties = {} } = schemaOf(operation, "application/json");
      for (const [name, value] of Object.entries(settings))
        for (const headers of [{}, { Prefer: "wait=1" }]) {
          const body = JSON.stringify({ images, [name]: value });
          const answer = await send(path, { body, headers: { "Content-Type": "application/json", ...headers } });
          const isKnown = name in properties;
          expect(answer.code === "MALFORMED_REQUEST", `${path} ${name}: ${JSON.stringify(answer)}`).toBe(!isKnown);
        }
    }
  });

  it("that is an empty form has no image", async () => {
    // A job that is not executed yet may be empty.
    for (const { path } of uploads.filter((one) => one.path !== "/v1/jobs"))
      expect(await send(path, { body: "--x--\r\n", headers: BOUNDARY }), path).toEqual({
        status: 400,
        code: "NO_IMAGE",
      });
  });
});

describe("the document", () => {
  const document = apiDocument();

  it("is the one that is served, and in the repository", async () => {
    const served = await (await fetch(`${service.url}/openapi.json`)).json();
    expect(served).toEqual(JSON.parse(JSON.stringify(document)));
    expect(served).toEqual(JSON.parse(readFileSync("docs/openapi.json", "utf8")));
  });

  it("is shown by a page that needs no other site", async () => {
    const page = await (await fetch(`${service.url}/docs`)).text();
    const sources = Array.from(page.matchAll(/(?:src|href|spec-url)="([^"]*)"/g), ([, source]) => source as string);
    expect(sources).toContain("openapi.json");
    for (const source of sources) {
      expect(source).not.toMatch(/^\w+:|^\//);
      expect((await fetch(new URL(source, `${service.url}/docs`))).status).toBe(200);
    }
  });

  it("describes every route of the service, and no other", () => {
    const described = Object.entries(document.paths ?? {}).flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((method) => method !== "parameters")
        .map((method) => `${method.toUpperCase()} ${path.slice(1).replaceAll(/\{(\w+)\}/g, ":$1")}`),
    );
    const pages = new Set(Object.keys(staticRoutes));
    const routes = Object.keys(aliases).filter((route) => !pages.has(route));
    expect(described.sort()).toEqual(routes.sort());
  });

  it("describes each named schema once, and refers to it elsewhere", () => {
    const text = JSON.stringify(document);
    const described = Object.entries(document.components?.schemas ?? {});
    const problem = described.find(([name]) => name === "Problem")?.[1];
    expect(text.split(JSON.stringify(problem)).length - 1).toBe(1);
    const references = new Set(Array.from(text.matchAll(/"#\/components\/schemas\/(\w+)"/g), ([, name]) => name));
    for (const name of references) expect(described.map(([known]) => known)).toContain(name);
  });

  it("has examples that are what their schemas say: in bodies, answers and parameters", () => {
    let count = 0;
    for (const { where, schema, values } of examplesIn(resolved(document)))
      for (const value of values) {
        count++;
        expect(Compile(schema).Errors(value), `${where}: ${JSON.stringify(value)}`).toEqual([]);
      }
    expect(count).toBeGreaterThan(500);
  });

  it("lists every code of the error table that can reach a client, under its status", () => {
    const documented = new Set<string>();
    for (const { operation } of operationsOf(resolved(document)))
      for (const [status, { content }] of Object.entries(operation.responses ?? {}))
        for (const code of Object.keys(content?.["application/problem+json"]?.examples ?? {})) {
          documented.add(code);
          expect(definitions[code as ErrorCode].status).toBe(Number(status));
        }
    // No operation of their own: they answer paths and methods that the document does not have.
    const ofNoOperation = ["METHOD_NOT_ALLOWED", "METHOD_NOT_IMPLEMENTED", "TRANSFER_CODING_NOT_IMPLEMENTED"];
    ofNoOperation.push("HTTP_VERSION_NOT_SUPPORTED");
    // Of an image in a job, or of a start that failed: no status of an operation.
    ofNoOperation.push("DEADLINE_PASSED", "STORE_LOCKED", "NATS_TOO_OLD");
    expect([...documented, ...ofNoOperation].sort()).toEqual(Object.keys(definitions).sort());
  });
});
