export { registrationsFromGraph } from './graph-registrations';
export type { B2cEmulatorOptions } from './start';
export type { Client, Flow, Registrations } from './registrations';
export type { SeedUser } from './store/users';
export type { B2cEmulator } from './start';
export { startB2cEmulator } from './start';
