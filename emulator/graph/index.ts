export { writeEnvironment } from './environment';
export type { FaultKind, FaultRule } from './faults';
export type { GraphEmulatorOptions } from './options';
export type { GraphEmulator } from './start';
export { startGraphEmulator } from './start';
