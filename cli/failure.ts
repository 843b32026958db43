/** Exit codes and error messages of commands. `docs/cli.md` has the table. */
import { ServiceProblem, ServiceUnreachable, UnreadableImage } from "../client/errors.ts";
import { UnusableName } from "../client/path.ts";
import { isFailure } from "../lib/errors.ts";
import { StartFailure } from "../lib/start-failure.ts";
import { visibleLine } from "../lib/visible-text.ts";

export const exitCodes = {
  ok: 0,
  /** The command completed, but some images or a check failed. */
  imagesFailed: 1,
  usage: 2,
  unreachable: 3,
  /** The service refused the request, or storage that the command itself uses failed. */
  refused: 4,
  /** A result of a load test exceeded a limit of `--fail-if`. */
  limitExceeded: 5,
  /** A bug in the command itself. */
  fault: 70,
  /** Ctrl-C: 128 + SIGINT, as is the convention of shells. */
  interrupted: 130,
} as const;

/** An error that the user can fix. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** Errors that the user can fix. */
const USER_ERRORS = [UsageError, StartFailure, UnusableName, UnreadableImage];

/** Reasons why a file or folder that the user named cannot be used, by the system's code. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "it may not be read or written",
  EEXIST: "it is a file, not a folder",
  EISDIR: "it is a folder, not a file",
  ENOTDIR: "a part of the path is a file",
  ELOOP: "its symbolic links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  EROFS: "its file system is read-only",
  ENOSPC: "the disk is full",
};

/** @returns undefined for an error that does not say why a file or folder cannot be used. */
export function reasonOf(error: unknown): string | undefined {
  return REASONS[(error as NodeJS.ErrnoException).code ?? ""];
}

/** The message and exit code for an error. Only bugs show a stack trace. */
export function describeFailure(error: unknown): { message: string; exitCode: number } {
  if (USER_ERRORS.some((kind) => error instanceof kind))
    return { message: (error as Error).message, exitCode: exitCodes.usage };
  if (error instanceof ServiceUnreachable) return { message: error.message, exitCode: exitCodes.unreachable };
  if (error instanceof ServiceProblem)
    return { message: visibleLine(`${error.message} (${error.code})`), exitCode: exitCodes.refused };
  // Failures of commands that use storage without the service.
  if (isFailure(error)) return { message: `${error.message} (${error.type})`, exitCode: exitCodes.refused };
  const { code, path, stack } = error as NodeJS.ErrnoException;
  const reason = reasonOf(error);
  // An error of a write does not have the path.
  if (reason !== undefined && (path !== undefined || code === "ENOSPC"))
    return { message: `${path === undefined ? "" : `${path}: `}${reason}.`, exitCode: exitCodes.usage };
  return { message: stack ?? String(error), exitCode: exitCodes.fault };
}
