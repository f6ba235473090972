import type { RequestHandler, Response } from 'express';
import type { FaultKind, Faults } from '../faults.ts';
import type { Batches } from './batches.ts';

const LOST: ReadonlySet<FaultKind> = new Set<FaultKind>(['result-url-404']);

/**
 * The storage host of the result archives: pre-signed URLs that take no credentials and stop working after ten minutes
 * (reference 6.2). Its errors are XML, as such a host's are.
 */
export function serveResults(batches: Batches, faults: Faults): RequestHandler {
  return async (request, response) => {
    const target = {
      system: 'mailchimp',
      method: request.method,
      paths: [`/results${request.path}`],
    } as const;
    const token = request.path.slice(1).replace(/\.tar\.gz$/, '');
    const found = batches.lookUp(token);
    if (request.method !== 'GET') sendXml(response, 405, 'MethodNotAllowed');
    else if (request.headers.authorization !== undefined) sendXml(response, 400, 'InvalidArgument');
    else if (faults.take(LOST, target) !== null || found.kind === 'unknown')
      sendXml(response, 404, 'NoSuchKey');
    else if (found.kind === 'expired') sendXml(response, 403, 'AccessDenied');
    else {
      const archive = await found.content;
      response.setHeader('Content-Type', 'application/gzip');
      response.setHeader('Content-Length', archive.length);
      response.end(archive);
    }
  };
}

function sendXml(response: Response, status: number, code: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/xml');
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`);
}
