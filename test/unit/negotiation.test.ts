import { describe, expect, it } from "vitest";
import { negotiate } from "../../lib/http/negotiation.ts";

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
  ])("Accept: %s gives %s", (accept, expected) => {
    expect(negotiate(accept)).toBe(expected);
  });

  it.each(["text/csv", "image/gif", "image/png;q=0"])("Accept: %s cannot be met", (accept) => {
    expect(() => negotiate(accept)).toThrow(expect.objectContaining({ type: "NOT_ACCEPTABLE" }));
  });
});
