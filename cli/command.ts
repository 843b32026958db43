/** Shared by all commands: connection options, interruption and argument parsers. */
import { Command, InvalidArgumentError, Option } from "commander";
import { SightlineClient } from "../client/sightline-client.ts";
import { UsageError } from "./failure.ts";

export interface ConnectionOptions {
  readonly url: string;
  readonly key?: string;
}

export const DEFAULT_URL = "http://127.0.0.1:8080";

/** Aborted by the first Ctrl-C. */
const interruption = new AbortController();
export const interrupted = interruption.signal;

/** A command that takes `--url` and `--key`. An empty variable counts as unset, as for the service. */
export function serviceCommand(name: string): Command {
  for (const variable of ["SIGHTLINE_URL", "SIGHTLINE_KEY"]) if (!process.env[variable]) delete process.env[variable];
  return new Command(name)
    .addOption(
      new Option("--url <url>", "the service's base URL").env("SIGHTLINE_URL").default(DEFAULT_URL).argParser(httpUrl),
    )
    .addOption(new Option("--key <key>", "API key, sent as x-api-key").env("SIGHTLINE_KEY"));
}

/** @throws UsageError if the key cannot be sent, or the URL has more than an address. */
export function connect({ url, key }: ConnectionOptions): SightlineClient {
  const { username, password, search, hash } = new URL(url);
  // Checked here and not in the option's parser, whose message would show the value.
  if (username || password) throw new UsageError("--url or SIGHTLINE_URL: It must have no user and no password.");
  if (search || hash) throw new UsageError("--url or SIGHTLINE_URL: It must have no ? and no #.");
  try {
    return new SightlineClient({ url, key, signal: interrupted });
  } catch (error) {
    throw new UsageError(`--key or SIGHTLINE_KEY: ${(error as Error).message}`);
  }
}

/** Leaves out options that are not given. */
export function givenOnly<T extends object>(options: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

/** The first Ctrl-C ends the command gracefully, the second at once. */
export function listenForInterruption(onSecond: () => never): void {
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.on(name, () => {
      if (interrupted.aborted) onSecond();
      interruption.abort();
    });
}

/**
 * Parser of an option that takes a list: a repeated option adds to the list. Otherwise the last one would silently win.
 */
export function joined(text: string, earlier?: string): string {
  return earlier === undefined ? text : `${earlier},${text}`;
}

function httpUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new InvalidArgumentError(`It must be an http URL, such as ${DEFAULT_URL}.`);
  return text;
}

export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number${bounds(min, max)}.`);
  };
}

export function decimal(min: number, max = Number.MAX_VALUE): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?(\d+\.?\d*|\.\d+)$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number${bounds(min, max)}.`);
  };
}

/** Parses a time such as `500ms`, `10s`, `2m`; a bare number is seconds. @returns milliseconds. */
export function duration(text: string): number {
  const ms = durationOf(/^[\d.]+$/.test(text) ? `${text}s` : text);
  if (ms === undefined || !(ms > 0)) throw new InvalidArgumentError("It must be a time such as 500ms, 10s or 2m.");
  return ms;
}

/** @returns milliseconds; undefined if the text is not a number with a unit. */
export function durationOf(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (unit === undefined) return undefined;
  return Number(number) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit as "ms"];
}

/** An option that takes a time. `fallback` is its default as text, which help shows with its unit. */
export function timeOption(flags: string, description: string, fallback: string): Option {
  return new Option(flags, description).argParser(duration).default(duration(fallback), fallback);
}

function bounds(min: number, max: number): string {
  return max >= Number.MAX_SAFE_INTEGER ? ` of at least ${min}` : ` from ${min} to ${max}`;
}
