import { expect, it } from "vitest";
import { formatEntry } from "../../lib/telemetry/text-log.ts";

it("puts what was said before the facts, in one line", () => {
  const line = formatEntry("warn", [{ model: "a", why: "b\nc" }, "Gone"], { mod: "detector" }).join(" ");
  expect(line).toMatch(/^\d\d:\d\d:\d\d warn {2}detector {4}Gone \{ model: 'a', why: 'b\\nc' \}$/);
});
