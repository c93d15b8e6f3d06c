import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { FaultsFound } from '../domain/errors.ts';
import type { Io } from './command.ts';

/** The configuration, for a command that cannot do without. Throws FaultsFound with every fault of the environment. */
export function needConfig(io: Io): Config {
  const { config, faults } = loadConfig(io.folder, io.env);
  if (config === undefined) throw new FaultsFound(faults);
  return config;
}
