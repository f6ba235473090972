import type { RequestHandler } from 'express';

/**
 * Refuses writes that another site's page makes a browser send: by Sec-Fetch-Site where the browser tells it, by Origin otherwise.
 * Programs send neither and pass. Enough for a tool on one's own machine that holds nobody's data.
 */
export const refuseOtherSites: RequestHandler = (request, response, next) => {
  const site = request.headers['sec-fetch-site'];
  const { origin, host } = request.headers;
  const isOtherSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  const isOtherOrigin = origin !== undefined && origin !== `http://${host}`;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (isRead || (!isOtherSite && !isOtherOrigin)) next();
  else
    response.status(403).type('text/plain').send('Refused: this was sent from the page of another site.\n');
};
