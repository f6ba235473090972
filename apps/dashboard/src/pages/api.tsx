import { ENDPOINTS } from '../api/endpoints.ts';
import { openApiDocument, PROBLEM_TYPES } from '../api/open-api.ts';
import { Layout } from '../html/layout.tsx';
import { Table } from '../html/table.tsx';
import { originOf } from '../own-origin.ts';
import { page } from '../page.ts';

type Operation = ReturnType<typeof openApiDocument>['paths'][string][string];

interface ApiView {
  readonly origin: string;
  readonly operations: ReadonlyMap<string, Operation>;
}

/** The API for whoever writes a program: every resource, what it takes and what it gives. */
export const apiPage = page<ApiView>({
  load: async (deps, { request }) => {
    const { paths } = openApiDocument();
    const operations = ENDPOINTS.map(
      ({ id, method, path }) => [id, paths[`/api/v1${path}`]?.[method]] as const,
    );
    return { origin: originOf(request, deps), operations: new Map(operations) };
  },
  render: ({ origin, operations }, visit) => (
    <Layout title="API" path="/api" visit={visit}>
      <h1>API</h1>
      <p>
        Everything that the dashboard shows and does, for programs. Make a token on{' '}
        <a href="/account">your account</a>, and send it along:
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls on a narrow screen, and whoever has no mouse has to reach it for that */}
      <pre tabIndex={0}>
        <code>{`curl -H "Authorization: Bearer mcsync_…" ${origin}/api/v1/overview`}</code>
      </pre>
      <p>
        The whole of it as an OpenAPI 3.1 document: <a href="/api/v1/openapi.json">openapi.json</a>
      </p>
      {TAGS.map((tag) => (
        <article key={tag}>
          <h2>{tag}</h2>
          {ENDPOINTS.filter((endpoint) => endpoint.tag === tag).map((endpoint) => (
            <details key={endpoint.id}>
              <summary>
                <code>
                  {endpoint.method.toUpperCase()} {endpoint.path}
                </code>{' '}
                {endpoint.summary}
                {endpoint.role === 'administrator' && <small> For administrators.</small>}
              </summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and whoever has no mouse has to reach it for that */}
              <pre tabIndex={0}>
                <code>{JSON.stringify(operations.get(endpoint.id), null, 2)}</code>
              </pre>
            </details>
          ))}
        </article>
      ))}
      <article>
        <Table caption="Problems (RFC 9457, application/problem+json)" columns={['Status', 'Title', 'Type']}>
          {PROBLEM_TYPES.map(({ type, status, title }) => (
            <tr key={type}>
              <td class="number">{status}</td>
              <td>{title}</td>
              <td>
                <code>{type}</code>
              </td>
            </tr>
          ))}
        </Table>
      </article>
    </Layout>
  ),
});

const TAGS = [...new Set(ENDPOINTS.map(({ tag }) => tag))];
