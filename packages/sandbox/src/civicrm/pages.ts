/** A page of the CMS with an error box on it, as the single-call route answers what it cannot run (civicrm-recorded.md 8). */
export function errorPage(message: string): string {
  return `<style media="screen">.crm-error{border:1px solid}</style>
<!DOCTYPE html>
<html><head><title>CiviCRM</title></head><body>
<div class="messages status no-popup crm-error"><p>Sorry, due to an error, we are unable to fulfill your request at the moment.</p>
<p>${message.replaceAll('<', '&lt;')}</p></div>
</body></html>`;
}

/** WordPress without its database, or while a plugin is updated (civicrm-recorded.md 23). */
export function wordpressPage(title: string): string {
  return `<!DOCTYPE html>
<html dir='ltr'>
<head>
\t<meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
\t<meta name="viewport" content="width=device-width, initial-scale=1.0">
\t\t\t<title>${title}</title>
</head>
<body><div class="wp-die-message"><h1>${title}</h1></div></body>
</html>`;
}

/** nginx without the PHP behind it. */
export const NGINX_PAGE = [
  '<html>',
  '<head><title>502 Bad Gateway</title></head>',
  '<body>',
  '<center><h1>502 Bad Gateway</h1></center>',
  '<hr><center>nginx/1.22.1</center>',
  '</body>',
  '</html>',
  '',
].join('\r\n');
