import type { RequestHandler } from 'express';
import helmet from 'helmet';

type Directives = Readonly<Record<string, readonly string[]>>;

/** Pages of ours: style sheets, scripts and pictures of our own, forms that come back to us, calls to us, and nothing written into the page. */
const PAGES: Directives = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'connect-src': ["'self'"],
  // Pico CSS draws its arrows and ticks as data.
  'img-src': ["'self'", 'data:'],
  'form-action': ["'self'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/**
 * Bull Board is an application in the browser: scripts and a worker of its own, a base, and calls to its API. Its dialogs and its editor add style elements whose text
 * depends on the browser, and take no nonce for them; with pictures, fonts and calls from nowhere else, a style has no way to carry anything out.
 */
const BOARD: Directives = {
  ...PAGES,
  'style-src-elem': ["'self'", "'unsafe-inline'"],
  'style-src-attr': ["'none'"],
  'worker-src': ["'self'"],
  'font-src': ["'self'"],
  'base-uri': ["'self'"],
};

/** The headers of every answer; `publicUrl` says whether the world reaches us over HTTPS. */
export function securityHeaders(publicUrl: string | null): RequestHandler {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: PAGES },
    strictTransportSecurity: publicUrl?.startsWith('https:') === true,
    // For browsers that do not know frame-ancestors.
    xFrameOptions: { action: 'deny' },
    // With no referrer at all a browser hides the origin of a form, too, and we could not tell ours from others.
    referrerPolicy: { policy: 'same-origin' },
  });
}

/** The policy for what is under Bull Board's path, instead of that for pages. */
export function boardPolicy(): RequestHandler {
  return helmet.contentSecurityPolicy({ useDefaults: false, directives: BOARD });
}
