/** Compares two kinds of requests in turns, so that other work on the machine disturbs both equally. */
import { readFileSync } from "node:fs";
import type { RunningService } from "../test/support/service.ts";
import { median } from "./plain-opencv.ts";
import { runWrk } from "./wrk-script.ts";

export interface Kind {
  readonly service: RunningService;
  /** Path of a script of `wrk`. */
  readonly script: string;
}

export interface Rounds {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
}

/** CPU time of the service so far in milliseconds: `utime` and `stime` of proc(5), in clock ticks of 10 ms. */
export function cpuMsOf({ process: { pid } }: RunningService): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

async function measure({ service, script }: Kind, { seconds, connections }: Rounds) {
  const before = cpuMsOf(service);
  const { requests, seconds: elapsed, errors } = await runWrk({ url: service.url, script, connections, seconds });
  if (errors > 0) throw new Error(`${errors} requests failed`);
  return { cpuMs: (cpuMsOf(service) - before) / requests, perSecond: requests / elapsed };
}

/** Prints medians of the rounds and of their ratios, and the least CPU time, which other work affects least. */
export async function compare(without: Kind, given: Kind, settings: Rounds): Promise<void> {
  for (const kind of [without, given]) await measure(kind, settings);
  type Measured = Awaited<ReturnType<typeof measure>>;
  const measured: { readonly without: Measured; readonly with: Measured }[] = [];
  for (let round = 0; round < settings.rounds; round++) {
    // Each kind comes first in every second round.
    const isGivenFirst = round % 2 === 1;
    const first = await measure(isGivenFirst ? given : without, settings);
    const second = await measure(isGivenFirst ? without : given, settings);
    measured.push(isGivenFirst ? { without: second, with: first } : { without: first, with: second });
  }
  const of = (name: "with" | "without", what: keyof Measured) => median(measured.map((round) => round[name][what]));
  const ratio = (what: keyof Measured) =>
    median(measured.map((round) => round.with[what] / round.without[what])).toFixed(3);
  const least = (name: "with" | "without") => Math.min(...measured.map((round) => round[name].cpuMs));
  console.table({
    "CPU time of a request, ms": {
      without: of("without", "cpuMs").toFixed(3),
      with: of("with", "cpuMs").toFixed(3),
      ratio: ratio("cpuMs"),
    },
    "the least": {
      without: least("without").toFixed(3),
      with: least("with").toFixed(3),
      ratio: (least("with") / least("without")).toFixed(3),
    },
    "requests per second": {
      without: of("without", "perSecond").toFixed(0),
      with: of("with", "perSecond").toFixed(0),
      ratio: ratio("perSecond"),
    },
  });
}
