import { Command } from "commander";
export const datasetCommand = () => new Command("dataset");
