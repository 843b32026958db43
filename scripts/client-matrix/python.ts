/** Client generators for Python, each in a virtual environment of its folder. */
import type { Command, Generator } from "./generator.ts";

const ENVIRONMENT = "environment";
export const python: Command = ["python3", "-m", "venv", ENVIRONMENT];

export function inEnvironment(program: string, ...args: string[]): Command {
  return [`${ENVIRONMENT}/bin/${program}`, ...args];
}

export function pipInstall(...requirements: string[]): Command {
  return inEnvironment("python", "-m", "pip", "install", "--quiet", ...requirements);
}

const VERSION = "0.29.1";

/** The generator does not support ranges of media types, so the type `image/*` is configured. */
export const openapiPythonClient: Generator = {
  name: "openapi-python-client",
  version: VERSION,
  language: "Python",
  programs: { "openapi-python-client.py": "program.py" },
  files: {
    "config.yml":
      "project_name_override: client\npackage_name_override: generated\ncontent_type_overrides:\n  image/*: application/octet-stream\npost_hooks: []\n",
  },
  install: async () => [python, pipInstall(`openapi-python-client==${VERSION}`, "mypy==2.4.1")],
  generate: async (document) => [
    inEnvironment(
      "openapi-python-client",
      ...["generate", "--path", document, "--config", "config.yml", "--meta", "none"],
      ...["--output-path", "generated", "--overwrite", "--fail-on-warning"],
    ),
  ],
  compile: [inEnvironment("mypy", "generated")],
  run: inEnvironment("python", "program.py"),
};
