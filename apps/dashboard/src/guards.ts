import type { Request, RequestHandler } from 'express';
import express from 'express';
import { findProvenance } from './provenance.ts';
import { RequestRefused } from './refusal.ts';
import { sameSecret } from './same-secret.ts';
import type { VisitOf } from './visit.ts';

/** Reading changes nothing, so it may come from anywhere. */
const READING = ['GET', 'HEAD', 'OPTIONS'];
/** More than the longest form of ours. */
const FORM_LIMIT = '16kb';
const MOST_FIELDS = 500;

/** Refuses what a page of somebody else's makes a browser write. What does not say where it comes from is left to the guards behind. */
export function refuseForeignWrites(publicUrl: string | null): RequestHandler {
  return (request, _response, next) => {
    if (!READING.includes(request.method) && provenanceOf(request, publicUrl) === 'foreign')
      throw new RequestRefused('foreign');
    next();
  };
}

/** For an application that sends no token of ours: its writes have to show that they come from our own pages. */
export function requireOwnPage(publicUrl: string | null): RequestHandler {
  return (request, _response, next) => {
    if (!READING.includes(request.method) && provenanceOf(request, publicUrl) !== 'own')
      throw new RequestRefused('foreign');
    next();
  };
}

const provenanceOf = (request: Request, publicUrl: string | null) =>
  findProvenance(
    {
      secFetchSite: request.get('sec-fetch-site'),
      origin: request.get('origin'),
      host: request.get('host'),
    },
    publicUrl,
  );

/** Reads a form of ours, and refuses it where it does not repeat the session's token. */
export function readForm(visitOf: VisitOf): RequestHandler[] {
  return [
    express.urlencoded({ extended: false, limit: FORM_LIMIT, parameterLimit: MOST_FIELDS }),
    async (request, response, next) => {
      const { cookie } = await visitOf(request, response);
      const given: unknown = Reflect.get(Object(request.body), 'formToken');
      if (typeof given !== 'string' || cookie.sessionId === null || !sameSecret(given, cookie.formToken()))
        throw new RequestRefused('stale-form');
      next();
    },
  ];
}

/** Lets nobody past who is not signed in: pages send to the sign-in page, from where it goes back to them; an API says 401. */
export function requireSignIn(visitOf: VisitOf): RequestHandler {
  return async (request, response, next) => {
    const { administrator } = await visitOf(request, response);
    if (administrator !== null) return next();
    if (isApi(request)) throw new RequestRefused('not-signed-in');
    const isPage = request.method === 'GET' && request.originalUrl !== '/';
    const query = isPage ? `?${new URLSearchParams({ next: request.originalUrl })}` : '';
    response.redirect(303, `/sign-in${query}`);
  };
}

/** Lets nobody past but administrators: a viewer may look at everything that stands above, and change nothing. */
export function requireAdministrator(visitOf: VisitOf): RequestHandler {
  return async (request, response, next) => {
    const { administrator } = await visitOf(request, response);
    if (administrator?.role !== 'administrator') throw new RequestRefused('not-allowed');
    next();
  };
}

/** Whether a program is calling rather than somebody looking. */
export const isApi = ({ originalUrl }: Pick<Request, 'originalUrl'>): boolean =>
  /^\/(api\/v1|queues\/api)(\/|\?|$)/.test(originalUrl);
