import type { ExtensionEvent } from '../limits';

/** Names that Graph has for an event of the sign-in: of the extension, of its listener, and of the listener's handler. */
interface Event {
  readonly extension: string;
  readonly listener: string;
  readonly handler: string;
  /**
   * Version whose pages have the listener: 'Create authenticationEventListener' of v1.0 has that of tokens, that of beta those of
   * attributes; of codes both versions have the type.
   */
  readonly version: 'v1.0' | 'beta';
}

const named = (event: string, version: Event['version']): Event => ({
  extension: `${event}CustomExtension`,
  listener: `${event}Listener`,
  handler: `${event}CustomExtensionHandler`,
  version,
});

export const EVENTS: Readonly<Record<ExtensionEvent, Event>> = {
  tokenIssuanceStart: named('onTokenIssuanceStart', 'v1.0'),
  attributeCollectionStart: named('onAttributeCollectionStart', 'beta'),
  attributeCollectionSubmit: named('onAttributeCollectionSubmit', 'beta'),
  otpSend: { ...named('onOtpSend', 'beta'), listener: 'onEmailOtpSendListener' },
};

/** Full name of a type of Graph. */
export function typeName(name: string): string {
  return `#microsoft.graph.${name}`;
}

/** Name of a type without its namespace; empty for what has none. */
export function bareName(type: unknown): string {
  return typeof type === 'string' ? type.replace(/^#?microsoft\.graph\./, '') : '';
}

/** The event of what Graph answers; undefined for others, which the package does not know. */
export function eventOf(type: unknown, part: 'extension' | 'listener'): ExtensionEvent | undefined {
  const name = bareName(type).toLowerCase();
  return (Object.keys(EVENTS) as ExtensionEvent[]).find((event) => EVENTS[event][part].toLowerCase() === name);
}
