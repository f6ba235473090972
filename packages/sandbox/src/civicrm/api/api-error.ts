/** An error that the API answers in JSON: 403 without the right, 500 for everything else (civicrm-api.md 1.6). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: 403 | 500;

  constructor(message: string, status: 403 | 500 = 500) {
    super(message);
    this.status = status;
  }
}

/** An error that ends on a page of the CMS, with HTTP 200 (civicrm-recorded.md 8). */
export class PageError extends Error {
  override readonly name = 'PageError';
}

export const unauthorized = () => new ApiError('Authorization failed', 403);
export const aclCheckFailed = () => new ApiError('ACL check failed', 403);
export const invalidField = (name: string) => new ApiError(`Invalid field '${name}'`);
