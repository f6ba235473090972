/** In what the sandbox is known to differ from the real one, and why nobody should mind, or should. */
export const KNOWN_DIFFERENCES: readonly string[] = [
  'plain HTTP on this machine: no TLS, so no 426; webhooks may be registered for private addresses',
  'not offered (404): abuse reports, clients, locations, surveys, sign-up forms, growth history, notes, goals, events',
  'no campaigns, shops, automations or text messages: what depends on them is empty, and their webhooks never fire',
  'segments are static ones (tags); by conditions they get 400',
  'no audiences with GDPR fields: marketing_permissions are taken and not kept',
  'a since_last_changed of long ago gets 504 at once, where the real one hangs until its time limit',
  'webhooks cannot be set up from inside a batch: nobody waits there for the URL to answer',
  'radio and drop-down categories do not enforce one choice (not established)',
  'intervals between tries of a webhook, and after how many failures it is switched off, are guesses (settings)',
];
