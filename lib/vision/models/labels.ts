import { readFileSync } from "node:fs";

/** A class of a labels file. */
export interface Label {
  readonly label: string;
  /** The id of WordNet, where the file has one. */
  readonly wnid?: string;
}

const WNID = /^(n\d{8}) (.+)$/;

/** Reads a class a line: its name, or the id of WordNet and the name. The class of an output is its line. */
export function parseLabels(text: string): Label[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [, wnid, label] = WNID.exec(line.trim()) ?? [];
      return wnid && label ? { label, wnid } : { label: line.trim() };
    });
}

export function readLabels(path: string): Label[] {
  return parseLabels(readFileSync(path, "utf8"));
}
