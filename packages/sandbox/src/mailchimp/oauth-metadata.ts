import type { RequestHandler } from 'express';
import type { MailchimpWorld } from './mailchimp-world.ts';

/**
 * GET /oauth2/metadata of the sign-in host: which data centre a token belongs to. A token here is any key of an account. A bad one
 * gets 200 with an error in the body, as it may at the real one (reference 1.1).
 */
export function serveOauthMetadata(world: MailchimpWorld, publicUrl: () => string): RequestHandler {
  return (request, response) => {
    const token = /^(?:OAuth|Bearer) (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const account = world.findAccountByKey(token);
    if (account === undefined) {
      response.json({ error: 'invalid_token', error_description: 'The access token is not valid.' });
      return;
    }
    const loginId = account.id.slice(0, 10);
    response.json({
      dc: account.dataCentre,
      role: 'owner',
      accountname: account.name,
      user_id: loginId,
      login: {
        email: 'office@charity.sandbox.org',
        avatar: null,
        login_id: loginId,
        login_name: 'charity-office',
        login_email: 'office@charity.sandbox.org',
      },
      login_url: publicUrl(),
      api_endpoint: `${publicUrl()}/mailchimp`,
    });
  };
}
