/** A client generator for Go. */
import { goCommand } from "../go.ts";
import type { Generator } from "./generator.ts";

const VERSION = "2.8.2";

export const oapiCodegen: Generator = {
  name: "oapi-codegen",
  version: VERSION,
  language: "Go",
  programs: { "main.go": "main.go" },
  files: { "go.mod": "module matrix\n\ngo 1.24\n" },
  install: async (folder) => [
    [
      "env",
      `GOBIN=${folder}`,
      goCommand(),
      "install",
      `github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v${VERSION}`,
    ],
  ],
  generate: async (document) => [
    ["mkdir", "-p", "generated"],
    ["./oapi-codegen", "-generate", "types,client", "-package", "generated", "-o", "generated/api.go", document],
  ],
  compile: [
    [goCommand(), "mod", "tidy"],
    [goCommand(), "build", "-o", "program", "."],
  ],
  run: ["./program"],
};
