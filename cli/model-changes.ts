/** `sightline models load` and `unload`: what a running service serves. */
import { Argument, type Command } from "commander";
import { type ConnectionOptions, connect, serviceCommand } from "./command.ts";
import { modelNames, suggesting } from "./completion/suggestions.ts";

const theModel = () => suggesting(new Argument("<name>", "the model's name"), modelNames);

export function loadCommand(): Command {
  return serviceCommand("load")
    .description("Have a running service load or reload a model; needs an admin key.")
    .addArgument(theModel())
    .action(async (name: string, options: ConnectionOptions) => {
      const { version } = await connect(options).loadModel(name);
      console.log(`${name} is loaded, version ${version}.`);
    });
}

export function unloadCommand(): Command {
  return serviceCommand("unload")
    .description("Have a running service unload a model; needs an admin key.")
    .addArgument(theModel())
    .action(async (name: string, options: ConnectionOptions) => {
      await connect(options).unloadModel(name);
      console.log(`${name} is unloaded.`);
    });
}
