/** A client generator: how its client is generated, compiled and run. */

/** A command: the program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

export interface Generator {
  /** Name of the generator, and of its folder. */
  readonly name: string;
  readonly version: string;
  readonly language: string;
  /** Files of `programs`, with their names in the client's folder. */
  readonly programs: Readonly<Record<string, string>>;
  /** Further files of the client's folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** Installs the generator and what the generated client needs. */
  readonly install: (folder: string) => Promise<readonly Command[]>;
  /** @param document Path of the API document */
  readonly generate: (document: string) => Promise<readonly Command[]>;
  readonly compile: readonly Command[];
  /** The program. It gets the service's address and image files as further arguments, and prints its report. */
  readonly run: Command;
}
