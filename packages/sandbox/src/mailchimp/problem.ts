/** One entry of `errors[]` in a problem document. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export interface ProblemParts {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Mailchimp refuses: becomes a problem document, or the result of one operation of a batch (reference 1.2, 1.3). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor({ status, title, detail, errors = [], headers = {} }: ProblemParts) {
    super(`${status} ${title}`);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
    this.headers = headers;
  }
}

/** A problem document on the wire; `type` is missing where the real one leaves it out. */
export interface ProblemDocument {
  readonly type?: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly FieldError[];
}

const TYPE = 'https://mailchimp.com/developer/marketing/docs/errors/';
const TITLES_WITHOUT_TYPE: ReadonlySet<string> = new Set(['Member Exists', 'Member In Compliance State']);

/** `instance` is the request's id, which the X-Request-Id header repeats. */
export function problemDocument(problem: ProblemParts, instance: string): ProblemDocument {
  const { title, status, detail, errors = [] } = problem;
  return {
    ...(TITLES_WITHOUT_TYPE.has(title) ? {} : { type: TYPE }),
    title,
    status,
    detail,
    instance,
    ...(errors.length > 0 ? { errors } : {}),
  };
}

const SEE_ERRORS =
  "The resource submitted could not be validated. For field-specific details, see the 'errors' array.";

export const problems = {
  badRequest: (detail: string) => new ApiProblem({ status: 400, title: 'Bad Request', detail }),

  invalidAction: () =>
    new ApiProblem({
      status: 400,
      title: 'Invalid Action',
      detail: 'The action makes no sense for this resource.',
    }),

  nestingTooDeep: () =>
    new ApiProblem({
      status: 414,
      title: 'Resource Nesting Too Deep',
      detail: 'The resource is nested too deeply.',
    }),

  upgradeRequired: () =>
    new ApiProblem({ status: 426, title: 'Upgrade Required', detail: 'TLS 1.2 or newer is required.' }),

  jsonParse: () =>
    new ApiProblem({
      status: 400,
      title: 'JSON Parse Exception',
      detail:
        'We encountered an unspecified JSON parsing error. This error occurs when your JSON is invalid.',
    }),

  invalidFields: (errors: readonly FieldError[]) =>
    new ApiProblem({ status: 400, title: 'Invalid Resource', detail: SEE_ERRORS, errors }),

  invalidMergeFields: (errors: readonly FieldError[]) =>
    new ApiProblem({
      status: 400,
      title: 'Invalid Resource',
      detail: 'Your merge fields were invalid.',
      errors,
    }),

  invalidResource: (detail: string) => new ApiProblem({ status: 400, title: 'Invalid Resource', detail }),

  memberExists: (email: string) =>
    new ApiProblem({
      status: 400,
      title: 'Member Exists',
      detail: `${email} is already a list member. Use PUT to insert or update list members.`,
    }),

  compliance: (email: string) =>
    new ApiProblem({
      status: 400,
      title: 'Member In Compliance State',
      detail: `${email} is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed.`,
    }),

  /** The wording of newer POST answers. */
  existsInCompliance: (email: string) =>
    new ApiProblem({
      status: 400,
      title: 'Member In Compliance State',
      detail: `${email} is already a list member in compliance state due to unsubscribe, bounce, or compliance review.`,
    }),

  forgotten: (email: string) =>
    new ApiProblem({
      status: 400,
      title: 'Forgotten Email Not Subscribed',
      detail: `${email} was permanently deleted and cannot be re-imported. The contact must re-subscribe to get back on the list.`,
    }),

  keyMissing: () =>
    new ApiProblem({
      status: 401,
      title: 'API Key Missing',
      detail: 'Your request did not include an API key.',
    }),

  keyInvalid: () =>
    new ApiProblem({
      status: 401,
      title: 'API Key Invalid',
      detail: "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
    }),

  forbidden: () =>
    new ApiProblem({
      status: 403,
      title: 'Forbidden',
      detail: 'You are not permitted to access this resource.',
    }),

  userDisabled: () =>
    new ApiProblem({ status: 403, title: 'User Disabled', detail: 'This account has been deactivated.' }),

  notFound: () =>
    new ApiProblem({
      status: 404,
      title: 'Resource Not Found',
      detail: 'The requested resource could not be found.',
    }),

  methodNotAllowed: (allowed: readonly string[]) =>
    new ApiProblem({
      status: 405,
      title: 'Method Not Allowed',
      detail:
        "The requested method and resource are not compatible. See the Allow header for this resource's available methods.",
      headers: { Allow: allowed.join(', ') },
    }),

  cannotArchive: () =>
    new ApiProblem({
      status: 405,
      title: 'Method Not Allowed',
      detail:
        'This list member cannot be removed. Can not archive a contact that is bounced, pending or archived',
    }),

  invalidMethodOverride: () =>
    new ApiProblem({
      status: 422,
      title: 'InvalidMethodOverride',
      detail: 'The X-HTTP-Method-Override header is honoured on POST requests only.',
    }),

  tooManyRequests: (detail = 'You have exceeded the limit of 10 simultaneous connections.') =>
    new ApiProblem({ status: 429, title: 'Too Many Requests', detail }),

  serverError: () =>
    new ApiProblem({
      status: 500,
      title: 'Internal Server Error',
      detail:
        'A deep internal error has occurred during the processing of your request. Mail chimps have been dispatched.',
    }),

  gatewayTimeout: () =>
    new ApiProblem({ status: 504, title: 'Gateway Timeout', detail: 'The request took too long to answer.' }),

  unavailable: () =>
    new ApiProblem({
      status: 503,
      title: 'Service Unavailable',
      detail: 'The service is not available right now.',
    }),
} as const;
