import { NatsError } from "nats";
import { describe, expect, it } from "vitest";
import { asJetStreamFailure } from "../../lib/backends/jetstream/failure.ts";

/** As the client makes it of the answer of a server. */
const answered = (code: number, err_code: number, description: string) =>
  Object.assign(new NatsError(description, String(code)), { api_error: { code, err_code, description } });

describe("what NATS answers", () => {
  it.each([
    ["a server's storage is full", answered(503, 10047, "insufficient storage resources available")],
    ["a stream is full", answered(503, 10077, "maximum bytes exceeded")],
    ["a purge finds the disk full", answered(500, 10110, "write /data/msgs/741.blk: no space left on device")],
    ["a server's quota is used up", answered(500, 10110, "write /data/msgs/741.blk: disk quota exceeded")],
  ])("is STORAGE_FULL if %s", (_, error) => {
    expect(asJetStreamFailure(error)).toMatchObject({ type: "STORAGE_FULL", code: 507 });
  });

  it("is STORE_UNAVAILABLE if there is no leader or no answer", () => {
    for (const error of [answered(503, 10008, "system temporarily unavailable"), new NatsError("timeout", "TIMEOUT")])
      expect(asJetStreamFailure(error)).toMatchObject({ type: "STORE_UNAVAILABLE", code: 503 });
  });

  it("is STORE_UNAVAILABLE if it has too many messages to store already", () => {
    expect(asJetStreamFailure(answered(429, 10167, "too many requests"))).toMatchObject({ type: "STORE_UNAVAILABLE" });
  });

  it("stays as it is if it is something else", () => {
    const error = answered(500, 10110, "write /data/msgs/741.blk: input/output error");
    expect(asJetStreamFailure(error)).toBe(error);
  });
});
