import type { Fault, FaultKind } from './faults.ts';

/** An answer that a fault gives in place of the real one. */
export interface FaultAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Seconds, for the Retry-After header. */
  readonly retryAfter?: number;
}

/** How a system says an error in JSON (or plain text), by its status. */
export type ErrorAnswer = (status: number) => FaultAnswer;

const HTML = 'text/html; charset=utf-8';

const page = (title: string, text: string): string =>
  `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body>${text}</body></html>\n`;

const html = (status: number, title: string, text: string): FaultAnswer => ({
  status,
  contentType: HTML,
  body: page(title, text),
});

/** What does not depend on the system. The outages of a CiviCRM site are as recorded (civicrm-recorded.md 23). */
const ANSWERS: Readonly<Partial<Record<FaultKind, FaultAnswer>>> = {
  'rate-limit-html': html(429, '429 Too Many Requests', 'Too Many Requests'),
  'forbidden-html': html(403, '403 Forbidden', 'Access Denied'),
  'bad-gateway-html': html(502, '502 Bad Gateway', 'Bad Gateway'),
  'gateway-timeout-html': html(504, '504 Gateway Time-out', 'Gateway Time-out'),
  'html-200': html(200, 'Please wait', 'One moment, please.'),
  'empty-200': { status: 200, contentType: 'application/json; charset=utf-8', body: '' },
  'cdn-error': {
    status: 503,
    contentType: 'application/json',
    body: JSON.stringify({
      type: 'akamai_error_message',
      title: 'akamai_503',
      status: 503,
      ref_no: 'Reference Number: 00.cfb33017.1520979374.109f0a0b',
    }),
  },
  'database-down': {
    status: 500,
    contentType: 'text/html; charset=UTF-8',
    body: page('Database Error', '<h1>Error establishing a database connection</h1>'),
  },
  'site-maintenance': {
    status: 503,
    contentType: 'text/html; charset=UTF-8',
    body: page('Maintenance', 'Briefly unavailable for scheduled maintenance. Check back in a minute.'),
    retryAfter: 600,
  },
  'php-down': {
    status: 502,
    contentType: 'text/html',
    body: [
      '<html>',
      '<head><title>502 Bad Gateway</title></head>',
      '<body>',
      '<center><h1>502 Bad Gateway</h1></center>',
      '<hr><center>nginx/1.22.1</center>',
      '</body>',
      '</html>',
      '',
    ].join('\r\n'),
  },
  'civicrm-maintenance': {
    status: 503,
    contentType: 'application/json; charset=UTF-8',
    body: '{"status_code":503,"status_message":"Temporarily unavailable for maintenance."}',
  },
};

/** What the status kinds of fault answer with, here and inside Mailchimp's batches; null for the kinds that are no answer. */
export function faultAnswer(fault: Fault, errorAnswer: ErrorAnswer): FaultAnswer | null {
  const answer = ANSWERS[fault.kind] ?? answerInItsWords(fault, errorAnswer);
  return answer === null ? null : withOwnBody(fault, answer);
}

/** A fault may bring a body of its own. */
export const withOwnBody = ({ body }: Fault, answer: FaultAnswer): FaultAnswer =>
  body === undefined ? answer : { ...answer, body };

function answerInItsWords({ kind, status }: Fault, errorAnswer: ErrorAnswer): FaultAnswer | null {
  switch (kind) {
    case 'rate-limit':
      return errorAnswer(429);
    case 'unauthorized':
      return errorAnswer(401);
    case 'unavailable':
      return errorAnswer(503);
    case 'server-error':
    case 'status':
      return errorAnswer(status ?? 500);
    default:
      return null;
  }
}
