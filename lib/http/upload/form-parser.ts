/**
 * Strict form parsing on top of busboy. By itself busboy silently drops parts whose Content-Disposition is missing or
 * malformed, and data after a boundary that is not at the end of its line. Two of its internal callbacks see each
 * boundary and each part's headers first; they are wrapped here, so that each part is either a file or a fault. busboy
 * only finds the boundaries and passes on the bytes between them.
 */
import type { Readable } from "node:stream";
import busboy from "busboy";
import { abridged } from "../../visible-text.ts";
import { type BoundaryTail, isUnfinished, tailAfter } from "./boundary-tail.ts";
import { type Part, type PartHeaders, parametersOf, partOf } from "./part-headers.ts";
import { StrayBoundary } from "./stray-boundary.ts";

type OnBytes = (isMatch: boolean, data: Buffer | undefined, start: number, end: number, isSafe: boolean) => void;
/** The internals of busboy 1.6.0 that are patched. */
interface Internals {
  readonly _bparser: { _cb: OnBytes };
  readonly _hparser: { cb: (headers: PartHeaders) => void } | null;
}

export interface FormEvents {
  onFile(part: Part, stream: Readable): void;
  /** Parsing has failed; no further events follow. @param reason Names the part and its fault. */
  onFault(reason: string): void;
}

/** Headers passed to busboy for every file, known to parse. */
const FILE: PartHeaders = {
  "content-disposition": ['form-data; name="file"; filename="file"'],
  "content-type": ["application/octet-stream"],
};
const NO_PART: PartHeaders = {};
const END_OF_LINE = Buffer.from("\r\n");
const END_OF_FORM = Buffer.from("--");
const IDENTITIES = ["7bit", "8bit", "binary", ""];
/** RFC 2046, section 5.1.1. */
const LONGEST_BOUNDARY = 70;

/**
 * @param contentType The form's content type, including the boundary.
 * @param maxFileBytes Further bytes of a file are dropped.
 * @throws an error that describes the fault of the content type.
 */
export function formParser(contentType: string, maxFileBytes: number, events: FormEvents): busboy.Busboy {
  const boundary = boundaryOf(contentType);
  const parser = busboy({
    headers: { "content-type": `multipart/form-data; boundary="${boundary}"` },
    limits: { fileSize: maxFileBytes, fields: 0 },
  });
  const internals = parser as unknown as Internals;
  let position = 0;
  let isFaulty = false;
  let current: Part | undefined;
  const fail = (reason: string) => {
    if (!isFaulty) events.onFault(reason);
    isFaulty = true;
  };

  const onHeaders = (headers: PartHeaders): PartHeaders => {
    const reading = isFaulty ? undefined : readPart(headers, position);
    if (reading === undefined) return NO_PART;
    if (typeof reading === "string") {
      fail(reading);
      return NO_PART;
    }
    current = reading;
    return FILE;
  };

  const pass = internals._bparser._cb;
  const wrapped = new WeakSet<object>();
  const startPart = () => {
    position++;
    pass(false, END_OF_LINE, 0, END_OF_LINE.length, true);
    const headerParser = internals._hparser;
    if (!headerParser) throw new Error("busboy has no parser of headers: is it another version?");
    if (wrapped.has(headerParser)) return;
    wrapped.add(headerParser);
    const { cb } = headerParser;
    headerParser.cb = (headers) => cb(onHeaders(headers));
  };
  // Ends the headers at a boundary: busboy would continue to read headers after it. The line end of the boundary may be
  // the empty line.
  const endHeaders = () => {
    if (internals._hparser) pass(false, END_OF_LINE, 0, END_OF_LINE.length, true);
    if (internals._hparser) fail(`the headers of part ${position} cannot be read`);
  };

  const stray = new StrayBoundary(boundary);
  let tail: BoundaryTail | undefined;
  internals._bparser._cb = (isMatch, data, start, end, isSafe) => {
    let from = start;
    while (isUnfinished(tail) && data && from < end) {
      tail = tailAfter(tail, data[from++] as number);
      if (tail === "part") startPart();
      if (tail === "end of form") pass(false, END_OF_FORM, 0, END_OF_FORM.length, true);
      if (tail === "fault") fail(`the boundary before part ${position + 1} is not at the end of its line`);
    }
    // Data after the last boundary is not a part (RFC 2046, section 5.1.1), even if it looks like one.
    if (isFaulty || tail === "end of form") return;
    if (data && from < end) {
      if (stray.isIn(data.subarray(from, end)))
        return fail(`the boundary before part ${position + 1} is not at the beginning of its line`);
      pass(false, data, from, end, isSafe);
    }
    if (!isMatch) return;
    stray.forget();
    endHeaders();
    if (isFaulty) return;
    pass(true, undefined, 0, 0, true);
    tail = "boundary";
  };

  parser.on("file", (_name, stream) => {
    if (current) events.onFile(current, stream);
  });
  parser.on("error", (error) => {
    const reason = (error as Error).message;
    if (reason === "Malformed part header") fail(`the headers of part ${position} cannot be read`);
    else fail(reason === "Unexpected end of form" ? "it ends before its last boundary" : reason);
  });
  return parser;
}

/** The part, or a description of its fault. */
function readPart(headers: PartHeaders, position: number): Part | string {
  const [disposition, second] = headers["content-disposition"] ?? [];
  if (disposition === undefined) return `part ${position} has no Content-Disposition`;
  const part = partOf(disposition, headers);
  const called = calledOf(part, position);
  if (second !== undefined) return `${called} has two headers Content-Disposition`;
  if (part.repeated !== undefined) return `${called} has the parameter ${abridged(part.repeated)} twice`;
  if (/^(multipart|message)\//.test(part.type ?? "")) return `${called} is ${part.type}, which contains other parts`;
  const encoding = headers["content-transfer-encoding"]?.[0]?.trim().toLowerCase() ?? "";
  if (!IDENTITIES.includes(encoding))
    return `${called} has the Content-Transfer-Encoding ${abridged(encoding)}; send the file's bytes as they are`;
  const isFile = part.fileName !== undefined || /^(image\/|application\/octet-stream$)/.test(part.type ?? "");
  return isFile ? part : `${called} is not a file; options belong in the query`;
}

function calledOf({ name, fileName }: Part, position: number): string {
  const names = [name && `the form field "${abridged(name)}"`, fileName && `the file "${abridged(fileName)}"`];
  return [`part ${position}`, ...names.filter(Boolean)].join(", ");
}

function boundaryOf(contentType: string): string {
  const { values, repeated } = parametersOf(contentType);
  if (repeated !== undefined) throw new Error(`its Content-Type has the parameter ${abridged(repeated)} twice`);
  const boundary = values.get("boundary");
  if (!boundary) throw new Error("its Content-Type has no boundary");
  if (boundary.length > LONGEST_BOUNDARY || /[^ !#-[\]-~]/.test(boundary))
    throw new Error("the boundary in its Content-Type is not valid");
  return boundary;
}
