import { setTimeout as sleep } from "node:timers/promises";

/** Silence after which another attempt is made, and after which one more, in milliseconds. */
const SILENCES_MS = [200, 400, 800];

/**
 * The first answer of up to four attempts. Another begins when those before it are silent, or failed: for requests that
 * are quick, harmless to make twice, and may be sent to a server that is away.
 * @throws what the first attempt met, if none has an answer
 */
export async function hedged<T>(attempt: () => Promise<T>): Promise<T> {
  const attempts = [attempt()];
  for (const silenceMs of SILENCES_MS) {
    const over = new AbortController();
    const silence = sleep(silenceMs, undefined, { signal: over.signal }).catch(() => {});
    const first = Promise.any(attempts).then(
      (answer) => ({ answer }),
      () => undefined,
    );
    const answered = await Promise.race([first, silence]);
    over.abort();
    if (answered) return answered.answer;
    attempts.push(attempt());
  }
  try {
    return await Promise.any(attempts);
  } catch (error) {
    throw (error as AggregateError).errors[0];
  }
}
