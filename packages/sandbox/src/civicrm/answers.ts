import { errorPage, NGINX_PAGE, wordpressPage } from './pages.ts';

/** What is sent back. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const NEVER_STORED = {
  Expires: 'Thu, 19 Nov 1981 08:52:00 GMT',
  'Cache-Control': 'no-store, no-cache, must-revalidate',
  Pragma: 'no-cache',
};

export const jsonAnswer = (status: number, body: unknown): Answer => ({
  status,
  contentType: 'application/json; charset=UTF-8',
  body: JSON.stringify(body),
  headers: NEVER_STORED,
});

export const textAnswer = (status: number, body: string): Answer => ({
  status,
  contentType: 'text/plain;charset=UTF-8',
  body,
});

/** What cannot be run ends on a page of the CMS, with HTTP 200 (civicrm-recorded.md 8). */
export const pageAnswer = (message: string): Answer => ({
  status: 200,
  contentType: 'text/html; charset=UTF-8',
  body: errorPage(message),
});

/** How a broken CiviCRM answers (civicrm-recorded.md 23). It knows no rate limit itself; a proxy before it may. */
export function brokenAnswer(status: number): Answer {
  if (status === 401) return textAnswer(401, 'HTTP 401 Invalid credential');
  const titles: Readonly<Record<number, string>> = { 429: 'Too Many Requests', 503: 'Maintenance' };
  const body = wordpressPage(titles[status] ?? 'Database Error');
  return { status, contentType: 'text/html; charset=UTF-8', body };
}

/** What the web server answers for a PHP that is down (civicrm-recorded.md 23). */
export const badGatewayAnswer = (): Answer => ({ status: 502, contentType: 'text/html', body: NGINX_PAGE });

/** CiviCRM's own maintenance mode, since 6.0. */
export const maintenanceAnswer = (): Answer =>
  jsonAnswer(503, { status_code: 503, status_message: 'Temporarily unavailable for maintenance.' });

/** The gate against forged requests. */
export const forgeryAnswer = (): Answer =>
  jsonAnswer(400, {
    error_code: 400,
    error_message: 'SECURITY ALERT: Ajax requests can only be issued by javascript clients, eg. CRM.api4().',
  });

/** Writing by GET. */
export const notByGetAnswer = (): Answer =>
  jsonAnswer(405, {
    error_code: 405,
    error_message: 'SECURITY: All requests that modify the database must be http POST, not GET.',
  });
