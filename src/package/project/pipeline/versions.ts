/** Programs that the steps install where no image brings them. */
export const NODE_VERSION = '24';
/** Image of GitLab's jobs, with git and curl. */
export const NODE_IMAGE =
  'node:24.21.0-bookworm@sha256:64af3819f9275802414d7cdc38c27e9d82bd564dec4d4da87d008255d36c63b4';
export const PULUMI_VERSION = '3.248.0';

/** Actions of others, each by the commit of its version. */
export const ACTIONS = {
  'actions/checkout': '3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
  'actions/setup-node': '820762786026740c76f36085b0efc47a31fe5020 # v7.0.0',
  'actions/upload-artifact': 'bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0',
  'actions/download-artifact': '3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1',
  'actions/cache': '27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5',
  'azure/login': 'f5d393ae46f8fde4be8b75f32e3fc50e654ad0ca # v3.0.1',
  'aws-actions/configure-aws-credentials': 'e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3',
  'pulumi/actions': '8e5e406f4007fca908480587cb9893c07090f58d # v7.0.0',
} as const;
export type Action = keyof typeof ACTIONS;
