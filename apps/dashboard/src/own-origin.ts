import type { Request } from 'express';
import type { Dependencies } from './dependencies.ts';

/** Where the dashboard is reached, for links that are sent to somebody: as the operator says, or else as this request has reached it. */
export const originOf = (request: Request, { publicUrl }: Pick<Dependencies, 'publicUrl'>): string =>
  publicUrl === null ? `${request.protocol}://${request.get('host')}` : new URL(publicUrl).origin;
