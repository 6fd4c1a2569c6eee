import { z } from 'zod';
import { EXTENSION_EVENTS } from '../../../../provider/limits';
import { located } from '../../source/located';
import { RESOURCE_ID } from '../limits';
import { matching, Name, once } from '../shared/rules';
import { apiUrl } from './called-url';
import { providerName } from './provider-schema';

export const CustomExtensionEntry = located(
  z.strictObject({
    name: Name.meta({
      description: 'Name in the estate; without `displayName`, also in the admin center.',
      ...providerName('custom-extension', 'a custom extension'),
    }),
    event: z
      .enum(EXTENSION_EVENTS)
      .describe(
        'Moment at which the API is called: before a token is issued, before the sign-up page is shown, after it is sent, or to send a code by e-mail. Each once; another one replaces it.',
      ),
    displayName: Name.describe(
      'Name in the admin center, by which it is found again. Without it, `name`.',
    ).exactOptional(),
    description: Name.describe('Text about it, for administrators.').exactOptional(),
    url: Name.meta({
      description: 'Address of the API, by https. It is printed: a key in it is refused.',
      examples: ['https://api.example.com/sign-up'],
      ...apiUrl('custom-extension'),
    }),
    resourceId: Name.meta({
      description:
        'Application ID URI of the registration that stands for the API, which a person makes: its token proves who calls.',
      ...matching('custom-extension', RESOURCE_ID, {
        problem: 'is not the application ID URI of an API that is called',
        allowed: 'api://<host of the API>/<client id of its registration>',
      }),
      examples: ['api://api.example.com/0a1b2c3d-0000-0000-0000-000000000000'],
    }),
    timeoutMilliseconds: z
      .number()
      .int()
      .min(200)
      .max(2000)
      .describe('Time within which it must answer, 200 to 2000. Without it, that of the service.')
      .exactOptional(),
    retries: z
      .number()
      .int()
      .min(0)
      .max(1)
      .describe('Calls after one that failed, 0 or 1. Without it, that of the service.')
      .exactOptional(),
    claims: z
      .array(Name)
      .min(1, { error: 'is empty' })
      .meta({
        description: "tokenIssuanceStart: claims in the API's answer, for `Attributes & Claims` to offer.",
        ...once('custom-extension', { allowed: 'each claim once' }),
      })
      .exactOptional(),
    behaviorOnError: z
      .literal('fallbackToMicrosoftProviderOnError')
      .describe(
        'otpSend: behavior where the API fails: Microsoft sends its own e-mail. Without it, that of the service.',
      )
      .exactOptional(),
  }),
).describe('An API that Entra ID calls while people sign up or sign in to the web application.');
