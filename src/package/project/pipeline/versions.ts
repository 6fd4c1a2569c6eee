/** Programs that the steps install where no image brings them. */
export const NODE_VERSION = '24';
/** Image of GitLab's jobs, with git and curl. */
export const NODE_IMAGE =
  'node:24.21.0-bookworm@sha256:64af3819f9275802414d7cdc38c27e9d82bd564dec4d4da87d008255d36c63b4';

/** Actions of others, each by the commit of its version. */
const ACTIONS = {
  'actions/checkout': '3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
  'actions/setup-node': '820762786026740c76f36085b0efc47a31fe5020 # v7.0.0',
  'actions/upload-artifact': 'bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0',
  'actions/download-artifact': '3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1',
} as const;

/** An action of others at its commit. */
export const actionAt = (action: keyof typeof ACTIONS): string => `${action}@${ACTIONS[action]}`;
