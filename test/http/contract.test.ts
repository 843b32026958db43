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
import { examplesIn, operationsOf, resolved } from "../support/api-document.ts";
import { sample } from "../support/images.ts";
import { type RunningService, startService } from "../support/service.ts";

const { aliases } = (api.settings as unknown as { routes: [{ aliases: Record<string, unknown> }] }).routes[0];

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

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
