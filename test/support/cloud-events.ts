/** Requirements of CloudEvents 1.0.2 and its JSON format for a message in structured mode. */
import { expect } from "vitest";

/** Attributes of section 3, "Context Attributes": required ones first. */
const REQUIRED = ["id", "source", "specversion", "type"];
const OPTIONAL = ["datacontenttype", "dataschema", "subject", "time", "data", "data_base64"];
/** RFC 3339, section 5.6, in UTC. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
/** RFC 3986: a URI reference has no spaces, quotes, angle or curly brackets, and is not empty here. */
const URI_REFERENCE = /^[^\s"<>\\^`{|}]+$/;

export function expectCloudEvent(message: Record<string, unknown>): void {
  for (const name of REQUIRED) expect(message, `attribute ${name}`).toHaveProperty(name);
  expect(message.specversion).toBe("1.0");
  expect(message.id).toMatch(/./);
  expect(message.source).toMatch(URI_REFERENCE);
  // "SHOULD be prefixed with a reverse-DNS name".
  expect(message.type).toMatch(/^[a-z]+(\.[a-z_]+)+$/);
  if ("subject" in message) expect(message.subject).toMatch(/./);
  if ("time" in message) {
    expect(message.time).toMatch(TIME);
    expect(Date.parse(message.time as string)).not.toBeNaN();
  }
  if ("datacontenttype" in message) expect(message.datacontenttype).toMatch(/^[\w.+-]+\/[\w.+-]+$/);
  expect("data" in message && "data_base64" in message).toBe(false);
  for (const [name, value] of Object.entries(message)) {
    if (REQUIRED.includes(name) || OPTIONAL.includes(name)) continue;
    // Extensions: lower-case letters and digits, a simple value.
    expect(name).toMatch(/^[a-z0-9]+$/);
    expect(["string", "number", "boolean"]).toContain(typeof value);
  }
}
