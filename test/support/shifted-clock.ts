/**
 * Preloaded into a process (`--import`): moves its clock by the milliseconds in the file that `CLOCK_SHIFT` names, from
 * the moment they are written there. Monotonic clocks are not affected, just as if an operator set the time.
 */
import { readFileSync } from "node:fs";

const file = process.env.CLOCK_SHIFT;
const UnshiftedDate = Date;

function shiftMs(): number {
  try {
    return Number(readFileSync(file as string, "utf8"));
  } catch {
    return 0;
  }
}

class ShiftedDate extends UnshiftedDate {
  constructor(...time: [] | [number]) {
    if (time.length === 0) super(UnshiftedDate.now() + shiftMs());
    else super(...time);
  }

  static override now(): number {
    return UnshiftedDate.now() + shiftMs();
  }
}

if (file) globalThis.Date = ShiftedDate as DateConstructor;
