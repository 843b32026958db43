import { describe, expect, it } from "vitest";
import { oldServerFailure } from "../../lib/backends/jetstream/server-version.ts";

describe("a NATS server", () => {
  it.each(["2.10.0", "2.10.0-RC.1", "2.11.4-dev", "2.15.1", "v2.10.29", "2.100.0", "3.0.0", "10.2.0"])(
    "of version %s is accepted",
    (version) => expect(oldServerFailure(version)).toBeUndefined(),
  );

  it.each(["2.9.10", "2.9.99-RC.1", "1.20.3", "0.10.0", "unknown", ""])("of version '%s' is refused", (version) => {
    const refused = oldServerFailure(version);
    expect(refused).toMatchObject({ type: "NATS_TOO_OLD" });
    expect(refused?.message).toContain(`of version ${version}; jobs need 2.10 or later`);
  });
});
