import { readFileSync } from "node:fs";

/** A class in a labels file. */
export interface Label {
  readonly label: string;
  /** WordNet id, if the file has one. */
  readonly wnid?: string;
}

const WNID = /^(n\d{8}) (.+)$/;

/** Parses one class per line: a name, optionally after a WordNet id. The line number is the output's class index. */
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
