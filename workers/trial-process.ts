/**
 * A process in which suspect images are tried: it does as the detector's pool does, and whatever happens to it happens
 * to nobody else. See `Trials`.
 */
import { isFailure } from "../lib/errors.ts";
import { VisionPool } from "../lib/vision/pool.ts";
import type { TrialReply, TrialRequest } from "../lib/vision/trials/trial-process.ts";

const RUN_MS = 86_400_000;

let pool: VisionPool;
/** An image that takes twice as long hangs, as far as the detector is concerned. */
let workLimitMs = RUN_MS;

function reply(message: TrialReply): void {
  process.send?.(message);
}

async function start({ settings, warmUp }: Extract<TrialRequest, { settings: unknown }>): Promise<void> {
  // The detector watches the time.
  workLimitMs = settings.hangTimeoutMs / 2;
  const watched = { hangTimeoutMs: RUN_MS, onHung: () => {} };
  pool = await VisionPool.start({ ...settings, ...watched }, warmUp, () => true);
  reply({ isReady: true });
}

async function run({ id, task }: Extract<TrialRequest, { id: number }>): Promise<void> {
  reply({ id, hasBegun: true });
  try {
    reply({ id, answer: await pool.run(task as never, { timeoutMs: RUN_MS, workLimitMs, priority: "interactive" }) });
  } catch (error) {
    if (!isFailure(error)) throw error;
    reply({ id, failure: { code: error.type, detail: error.message, data: error.data } });
  }
}

// The detector ends it. A signal to the whole group, such as a terminal's Ctrl-C, must not look like an image's fault.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) process.on(signal, () => {});
// The detector is gone. An orderly exit would wait for native code.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", (request: TrialRequest) => {
  void ("settings" in request ? start(request) : run(request));
});
