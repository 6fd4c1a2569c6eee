import type { Entity } from '../store/store';
import { textOf } from '../json';
import type { Reply } from '../context';

// Pages on which a person signs in: whoever is in the directory, without a password.

/** A page that asks who signs in; the form sends `person` to the page's own address. */
export function signInPage(people: readonly Entity[], { asksCode }: { readonly asksCode: boolean }): Reply {
  const code = asksCode ? '<label>Code <input name="code" autocomplete="off"></label>' : '';
  const buttons = people.map((person) => {
    const name = escape(textOf(person, 'userPrincipalName'));
    return `<button name="person" value="${name}">${name}</button>`;
  });
  return page('Sign in', `<form method="post">${code}${buttons.join('')}</form>`);
}

/** Hands the answer to the client on this machine, by a form that sends itself. */
export function answerPage(redirectUri: string, fields: Readonly<Record<string, string>>): Reply {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
  );
  const form = `<form method="post" action="${escape(redirectUri)}">${inputs.join('')}<button>Continue</button></form>`;
  return page('Working', `${form}<script>document.forms[0].submit()</script>`);
}

export function messagePage(status: number, text: string): Reply {
  return { ...page('Sign in', `<p>${escape(text)}</p>`), status };
}

function page(title: string, content: string): Reply {
  return {
    status: 200,
    body: `<!doctype html><html lang="en"><title>${title}</title>${content}</html>`,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  };
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
