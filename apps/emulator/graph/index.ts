export { writeEnvironment } from './environment';
export type { FaultRule } from './faults';
export type { GraphEmulatorOptions } from './options';
export type { GraphEmulator } from './start';
export { startGraphEmulator } from './start';
