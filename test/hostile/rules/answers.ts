/** Of single answers: each is documented, exact, and comes in time. */
import { definitions, isErrorCode } from "../../../lib/errors.ts";
import { LONG_PATIENCE_MS } from "../clients.ts";
import { hostsOf } from "../faults.ts";
import type { FaultDone, Json } from "../history.ts";
import type { Facts } from "./facts.ts";

/** By operation and status, the codes of the problems that the document names; none for a success. */
export type Documented = ReadonlyMap<string, readonly string[]>;

/** @param document The API document, as JSON. */
export function documentedBy(document: Json): Documented {
  const read = (value: Json): Json =>
    value?.$ref
      ? value.$ref
          .slice(2)
          .split("/")
          .reduce((at: Json, name: string) => at[name], document)
      : value;
  return new Map(
    Object.entries<Json>(document.paths).flatMap(([path, operations]) =>
      Object.entries<Json>(operations).flatMap(([method, { responses }]) =>
        Object.entries<Json>(responses ?? {}).map(([status, response]): [string, string[]] => [
          `${method.toUpperCase()} ${path} ${status}`,
          Object.keys(read(response).content?.["application/problem+json"]?.examples ?? {}),
        ]),
      ),
    ),
  );
}

/** `INTERNAL_ERROR` is never an answer that a client may expect. */
function isKnown(code: unknown, status: number): boolean {
  return isErrorCode(code) && code !== "INTERNAL_ERROR" && definitions[code].status === status;
}

/** Whether the document has an answer of this status, and with this code if it is a problem. */
export function isDocumented(documented: Documented, operation: string, status: number, body: Json): boolean {
  const codes = documented.get(`${operation} ${status}`);
  if (status < 400) return codes !== undefined;
  return isKnown(body?.code, status) && (codes ? codes.includes(body.code) : documented.has(`${operation} default`));
}

export function* documentation({ calls }: Facts, documented: Documented): Generator<string> {
  // All requests of these clients are well-formed, so none may be called malformed or wrong.
  for (const { operation, answer, startMs, gateway } of calls)
    if (answer && (answer.status === 400 || !isDocumented(documented, operation, answer.status, answer.body))) {
      const text = JSON.stringify(answer.body)?.slice(0, 300);
      yield `${gateway} answers ${operation} at ${startMs} ms with ${answer.status} ${text}`;
    }
}

/** The images of an answer at once have their faces, or a documented problem. */
export function* exactness({ calls, images }: Facts): Generator<string> {
  for (const { operation, answer, images: sent = [], startMs } of calls) {
    if (operation !== "POST /process" || answer?.status !== 200) continue;
    const receipts: Json[] = answer.body.images ?? [];
    if (receipts.length !== sent.length) yield `${receipts.length} of ${sent.length} images at ${startMs} ms`;
    for (const [index, { faces, problem, fileName }] of receipts.entries()) {
      const { name, faces: expected, code } = images[sent[index] ?? -1] ?? {};
      const isRight = problem
        ? isKnown(problem.code, problem.status) && (problem.code === code || problem.status >= 500)
        : expected !== undefined && JSON.stringify(faces) === JSON.stringify(expected);
      if (!isRight || fileName !== name) yield `image ${index} at ${startMs} ms: ${JSON.stringify(receipts[index])}`;
    }
  }
}

/** A client that waits long enough gets an answer, unless its gateway was harmed meanwhile. */
export function* silence({ calls, faults, observed }: Facts): Generator<string> {
  /** Until a gateway that was stopped answers again. */
  const endOf = ({ fault, endMs }: FaultDone, gateway: string) =>
    fault.kind === "killed" || fault.kind === "restarted"
      ? (calls.find((call) => call.gateway === gateway && call.answer && call.startMs >= endMs)?.startMs ?? endMs)
      : endMs;
  for (const { operation, gateway, startMs, endMs, unknown } of calls) {
    if (unknown === undefined) continue;
    const isHarmed = faults.some(
      (done) => done.startMs <= endMs && hostsOf(done.fault).includes(gateway) && endOf(done, gateway) >= startMs,
    );
    const isLong = unknown === "no answer" && endMs - startMs >= LONG_PATIENCE_MS - 1_000;
    if (isLong && !isHarmed) yield `${gateway} did not answer ${operation}, asked at ${startMs} ms`;
    if (unknown !== "no answer" && !isHarmed)
      yield `${gateway} broke off ${operation}, asked at ${startMs} ms: ${unknown}`;
  }
  for (const { operation, unknown } of observed)
    if (unknown !== undefined) yield `when all was over, ${operation} was not answered: ${unknown}`;
}

/** No process ends by itself. */
export function* survival({ ends }: Facts): Generator<string> {
  for (const { host, how } of ends) yield `${host} ended by itself: ${how}`;
}
