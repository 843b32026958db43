/** How a command ends. `docs/cli.md` has the table. */
import { ServiceProblem, ServiceUnreachable } from "../client/errors.ts";

export const exitCodes = {
  ok: 0,
  /** The command did its work; some images failed. */
  imagesFailed: 1,
  usage: 2,
  unreachable: 3,
  /** The service refused the request. */
  refused: 4,
  /** A fault of the command line itself. */
  fault: 70,
  /** Ctrl-C, as shells count it. */
  interrupted: 130,
} as const;

/** What the person at the keyboard can mend. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** What to say of an error, and the exit code. Only a fault of ours shows where it happened. */
export function describeFailure(error: unknown): { message: string; exitCode: number } {
  if (error instanceof UsageError) return { message: error.message, exitCode: exitCodes.usage };
  if (error instanceof ServiceUnreachable) return { message: error.message, exitCode: exitCodes.unreachable };
  if (error instanceof ServiceProblem)
    return { message: `${error.message} (${error.code})`, exitCode: exitCodes.refused };
  const { code, path, stack } = error as NodeJS.ErrnoException;
  const reason = { ENOENT: "there is no such file", EACCES: "may not be read or written", ENOSPC: "the disk is full" };
  if (code !== undefined && code in reason && path !== undefined)
    return { message: `${path}: ${reason[code as keyof typeof reason]}.`, exitCode: exitCodes.usage };
  return { message: stack ?? String(error), exitCode: exitCodes.fault };
}
