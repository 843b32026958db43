import { describe, expect, it } from "vitest";
import { ANNOTATED, negotiate, type Offers, preferred } from "../../lib/http/gateway/negotiation.ts";

const EVENTS: Offers<string> = [
  ["application/json", "json"],
  ["text/event-stream", "stream"],
];

describe("content negotiation", () => {
  it.each([
    [undefined, "json"],
    ["*/*", "json"],
    ["application/json", "json"],
    ["text/html, application/xhtml+xml, */*;q=0.8", "json"],
    ["image/png", "png"],
    ["image/*", "png"],
    ["image/jpeg", "jpeg"],
    ["IMAGE/JPG", "jpeg"],
    ["image/png;q=0.5, image/jpeg", "jpeg"],
    ["image/png;q=0, application/json;q=0.1", "json"],
    ["", "json"],
    // Empty elements of a list do not count (RFC 9110, section 5.6.1.2).
    [" , ,", "json"],
    ["image/png, application/json", "json"],
    ["image/jpeg, image/png", "png"],
    ["image/jpeg, application/json, image/png", "json"],
    ["image/jpeg;q=0.9, application/json;q=0.8, image/png;q=0.9", "png"],
    ["IMAGE/PNG ; Q=0.9 , APPLICATION/JSON;q=0.95", "json"],
    ["image/png;q=0.2, image/*;q=0.5, */*;q=0.1", "jpeg"],
    ["image/*, image/png;q=0", "jpeg"],
    ["*/*, application/json;q=0", "png"],
    ["*/*;q=0.1, image/jpeg;q=0.2", "jpeg"],
    ["*/*, image/jpeg", "jpeg"],
    ["application/json;charset=utf-8", "json"],
    ['application/json;a="x, image/png;q=1";q=0.1, image/png;q=0.2', "png"],
    ['application/json;a="x', "json"],
    // A weight inside a quoted string is none.
    ['image/png;a="x,y;q=1"', "png"],
    ['image/png;a="x;q=0";q=0.9, application/json;q=0.8;b="\\";q=1"', "png"],
    ["application/json;odata=verbose", "json"],
    ["*", "json"],
    ["image/jpg;version=1;q=0.5, *;q=0.1", "jpeg"],
    ["text/html, *; q=.2, */*; q=.2", "json"],
    ["text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "json"],
    ["text/html, image/gif, image/jpeg, */*; q=0.2", "json"],
    ["text/html, image/gif, image/jpeg", "jpeg"],
    [";;,,image/png;q=x,/;,, image/jpeg", "jpeg"],
    ["image/png;q=0.000, image/jpg;q=0.001", "jpeg"],
  ])("Accept: %s gives %s", (accept, expected) => {
    expect(negotiate(accept)).toBe(expected);
  });

  it.each(["text/csv", "image/gif", "image/png;q=0", "*/*;q=0", "json", "image/png;q=-1", "text/*"])(
    "Accept: %s cannot be met",
    (accept) => {
      expect(() => negotiate(accept)).toThrow(expect.objectContaining({ type: "NOT_ACCEPTABLE" }));
    },
  );

  it.each([
    [undefined, "json"],
    ["application/json, text/event-stream", "json"],
    ["text/event-stream, application/json", "json"],
    ["text/event-stream", "stream"],
    ["text/event-stream, */*", "stream"],
    ["text/event-stream;q=0.5, application/json", "json"],
    ["text/event-stream, application/json;q=0.9", "stream"],
    ["text/*", "stream"],
    ["application/*, text/event-stream;q=0", "json"],
  ])("of events: Accept: %s gives %s", (accept, expected) => {
    expect(preferred(accept, EVENTS)).toBe(expected);
  });

  it.each([
    ["application/json, text/plain, */*", "png"],
    ["application/json, image/jpeg;q=0.1", "jpeg"],
    ["image/png;q=0, */*", "jpeg"],
  ])("of annotated images: Accept: %s gives %s", (accept, expected) => {
    expect(preferred(accept, ANNOTATED)).toBe(expected);
  });

  it("takes time in proportion to the header's length", () => {
    for (const part of ['"', '"\\', ",", ";", '"a",', "a/b;q=", "; ", ", ", ",*", "*/*;q=1,", ";q", ';a="']) {
      const before = process.threadCpuUsage();
      try {
        negotiate(part.repeat(16_000));
      } catch {
        // Whether it can be met is not the question.
      }
      // Of the processor: the machine may have other work.
      expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(1000);
    }
  });
});
