/** Makes requests as no client should send them: those of the API document, changed in up to three places. */

import type * as oas31 from "openapi3-ts/oas31";
import type { Described } from "../../support/api-document.ts";
import { blackPng } from "../../support/images.ts";
import { Random } from "../../support/random.ts";
import { oddHeaders, oddJson, oddTexts, oddTokens } from "./odd-values.ts";

const PNG = blackPng(9, 8);
const BOUNDARY = "boundary";
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", "M-SEARCH"];
/**
 * What follows the headers of a part: an empty line and an image, one or both of them missing, or not even a line end.
 */
const WHOLE = Buffer.concat([Buffer.from("\r\n\r\n"), PNG]);
const ENDS = [WHOLE, ...["\r\n\r\n", "\r\n", "", "\n\n"].map((end) => Buffer.from(end))];
/** Headers of parts of a form. */
const DISPOSITIONS = [
  ...[
    'form-data; name="a"; filename="a"',
    'form-data; name="a"; filename=""',
    "form-data",
    'form-data; name="a"',
    "attachment; filename=a",
    "",
    ";;;",
  ],
  ...['form-data; name="a"; filename="a\0b"', "form-data; filename*=utf-8''%zz", 'form-data; filename="\x1b[31m"'],
];

export interface FuzzedRequest {
  /** What was changed. */
  readonly name: string;
  readonly method: string;
  readonly bytes: Buffer;
  /** Whether the client ends its side of the connection, because the request is not whole. */
  readonly isCut: boolean;
  /** Unless another one, or none, may be meant. */
  readonly described?: Described;
}

interface Draft {
  readonly random: Random;
  readonly changes: string[];
  method: string;
  path: string;
  query: string[];
  headers: [name: string, value: string][];
  body: Buffer;
  /** Set by changes of what the request is, so that the document does not say what its answer is. */
  isOther: boolean;
  framing: "length" | "chunks" | "longer" | "shorter" | "both" | "none" | "bad chunks";
  version: string;
}

export class RequestGenerator {
  readonly #seed: number;
  readonly #operations: readonly Described[];
  readonly #values: Readonly<Record<string, string>>;

  /** @param values Of parameters of paths, by name. */
  constructor(seed: number, operations: readonly Described[], values: Readonly<Record<string, string>>) {
    this.#seed = seed;
    this.#operations = operations;
    this.#values = values;
  }

  /** The same for the same seed and number. All operations have their turn. */
  request(number: number): FuzzedRequest {
    const random = new Random(this.#seed * 1_000_003 + number);
    const described = this.#operations[number % this.#operations.length] as Described;
    const draft = this.#plain(random, described);
    for (let left = random.pick([0, 1, 1, 2, 3]); left > 0; left--) changeOf(draft)(draft);
    return {
      name: `${number}: ${described.method} ${described.path} ${draft.changes.join(", ")}`,
      method: draft.method,
      bytes: bytesOf(draft),
      isCut: draft.framing === "longer" || draft.framing === "bad chunks",
      ...(!draft.isOther && { described }),
    };
  }

  #plain(random: Random, { method, path, operation }: Described): Draft {
    const [type, media] = random.pick(Object.entries(operation.requestBody?.content ?? { "": {} }));
    const [named] = Object.values(media.examples ?? {}) as oas31.ExampleObject[];
    const example = media.example ?? named?.value;
    return {
      ...{ random, method, changes: [], query: [], isOther: false, framing: "length", version: "HTTP/1.1" },
      path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => this.#values[name] ?? "none"),
      headers: [["Host", "localhost"], ...typeOf(type)],
      body: bodyOf(type, example),
    };
  }
}

function typeOf(type: string): [string, string][] {
  if (type === "") return [];
  const sent = type === "image/*" ? "image/png" : type;
  return [["Content-Type", sent.startsWith("multipart/") ? `${sent}; boundary=${BOUNDARY}` : sent]];
}

function bodyOf(type: string, example: unknown): Buffer {
  if (type === "image/*") return PNG;
  if (type.startsWith("multipart/")) return formOf([partOf('form-data; name="images"; filename="a.png"')]);
  return type.endsWith("json") ? Buffer.from(JSON.stringify(example ?? {})) : Buffer.alloc(0);
}

const partOf = (disposition: string, end = WHOLE) =>
  Buffer.concat([Buffer.from(`Content-Disposition: ${disposition}`, "latin1"), end]);
const formOf = (parts: readonly Buffer[]) =>
  Buffer.concat([
    ...parts.flatMap((part) => [Buffer.from(`--${BOUNDARY}\r\n`), part, Buffer.from("\r\n")]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);

const changes: readonly ((draft: Draft) => void)[] = [
  ...[changeMethod, changePath, changePath, changeQuery, changeQuery, changeHeader, changeHeader, changeHeader],
  changeFraming,
];

/** Bodies have the most to go wrong. */
function changeOf({ random, body }: Draft): (draft: Draft) => void {
  return body.length > 0 && random.chance(0.4) ? changeBody : random.pick(changes);
}

function changeMethod(draft: Draft): void {
  draft.method = draft.random.pick(METHODS);
  draft.isOther = true;
  draft.changes.push(`method ${draft.method}`);
}

function changePath(draft: Draft): void {
  const { random } = draft;
  const segments = draft.path.split("/");
  const at = random.integer(1, segments.length - 1);
  const [odd, segment] = [random.pick(oddTexts), segments[at] as string];
  segments[at] = random.pick([odd, segment + odd, odd + segment, `${odd}/${segment}`, segment.toUpperCase(), ""]);
  draft.path = segments.join("/");
  draft.isOther = true;
  draft.changes.push("path");
}

function changeQuery(draft: Draft): void {
  const { random } = draft;
  const name = random.pick(["limit", "wait", "cursor", "models", "state", "labels", "minSize", "after", "a", ""]);
  const value = random.pick(oddTexts);
  const pair = random.pick([`${name}=${value}`, `${name}[]=${value}`, name, `${name}=${value}&${name}=${value}`]);
  draft.query.push(pair);
  draft.changes.push(`query ${pair.slice(0, 60)}`);
}

function changeHeader(draft: Draft): void {
  const { random } = draft;
  const [name, values] = random.pick(oddHeaders);
  const value = random.pick(values);
  if (random.chance(0.7)) draft.headers = draft.headers.filter(([other]) => other !== name);
  draft.headers.push([name, value]);
  draft.changes.push(`${name}: ${value.slice(0, 60)}`);
}

function changeBody(draft: Draft): void {
  const { random, body } = draft;
  draft.changes.push("body");
  const isForm = body.includes(`--${BOUNDARY}`);
  if (isForm && random.chance(0.8)) {
    const parts = Array.from({ length: random.integer(0, 3) }, () =>
      partOf(random.pick(DISPOSITIONS), random.pick(ENDS)),
    );
    draft.body = formOf(parts);
  } else if (body[0] === 0x7b && random.chance(0.8)) draft.body = changedJson(random, body.toString());
  else draft.body = changedBytes(random, body);
}

function changedJson(random: Random, text: string): Buffer {
  const odd = JSON.stringify(random.pick(oddJson));
  const member = `${JSON.stringify(random.pick(["images", "__proto__", "constructor", "name", "", "\u0000", "a"]))}:${odd}`;
  const values = [...text.matchAll(/"(?:[^"\\]|\\.)*"(?!:)|-?\d[\d.]*|true|false|null|\{\}|\[\]/g)];
  const value = values.length > 0 && random.chance(0.8) ? random.pick(values) : undefined;
  if (!value) return Buffer.from(text.replace("{", () => `{${member}${text === "{}" ? "" : ","}`));
  const end = value.index + value[0].length;
  const inPlace = random.chance(0.7) ? odd : random.pick(oddTokens);
  return Buffer.from(text.slice(0, value.index) + inPlace + text.slice(end));
}

function changedBytes(random: Random, body: Buffer): Buffer {
  const [at, to] = [random.integer(0, body.length), random.integer(0, body.length)];
  const changed = Buffer.from(body);
  if (at < body.length) changed[at] = random.integer(0, 255);
  return random.pick([
    ...[changed, body.subarray(0, at), Buffer.concat([body.subarray(0, at), body.subarray(to)])],
    ...[Buffer.concat([body, body]), Buffer.concat([Buffer.from("\ufeff"), body]), Buffer.from("{}"), Buffer.alloc(0)],
  ]);
}

function changeFraming(draft: Draft): void {
  const { random } = draft;
  if (random.chance(0.3)) draft.version = random.pick(["HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.1 x"]);
  else draft.framing = random.pick(["chunks", "chunks", "longer", "shorter", "both", "none", "bad chunks"]);
  draft.isOther ||= draft.framing !== "chunks" || draft.version !== "HTTP/1.1";
  draft.changes.push(draft.version, draft.framing);
}

function bytesOf({ method, path, query, headers, body, framing, version }: Draft): Buffer {
  const target = query.length > 0 ? `${path}?${query.join("&")}` : path;
  const lines = [`${method} ${target} ${version}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  const isChunked = framing === "chunks" || framing === "both" || framing === "bad chunks";
  if (isChunked) lines.push("Transfer-Encoding: chunked");
  const length = { longer: body.length + 10, shorter: Math.max(0, body.length - 5) }[framing as string] ?? body.length;
  if (framing !== "none" && (!isChunked || framing === "both")) lines.push(`Content-Length: ${length}`);
  const chunk = [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n")];
  const content = isChunked ? Buffer.concat([...(body.length > 0 ? chunk : []), Buffer.from("0\r\n\r\n")]) : body;
  const sent = framing === "bad chunks" ? Buffer.concat([Buffer.from("zz\r\n"), content]) : content;
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\nConnection: close\r\n\r\n`, "latin1"), sent]);
}
