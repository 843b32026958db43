/**
 * Process for trying suspect images. It works like the detector's pool, and its crashes affect nothing else. See
 * `Trials`.
 */
import { isFailure } from "../lib/errors.ts";
import { VisionPool } from "../lib/vision/pool.ts";
import type { TrialReply, TrialRequest } from "../lib/vision/trials/trial-process.ts";

const RUN_MS = 86_400_000;

let pool: VisionPool;
/** Work limit of an image. The detector treats an image that takes twice as long as hung. */
let workLimitMs = RUN_MS;

function reply(message: TrialReply): void {
  process.send?.(message);
}

async function start({ settings, warmUp }: Extract<TrialRequest, { settings: unknown }>): Promise<void> {
  // The detector enforces the time limits.
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

// Only the detector ends this process. A signal to the process group, such as a terminal's Ctrl-C, must not be blamed
// on an image.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) process.on(signal, () => {});
// The detector is gone. An orderly exit would wait for native code.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", (request: TrialRequest) => {
  void ("settings" in request ? start(request) : run(request));
});
