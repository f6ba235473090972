# syntax=docker/dockerfile:1
# One image for worker, dashboard and command line; the command says which. `docker compose up` runs them all.
ARG NODE_IMAGE=node:22-bookworm-slim

# Only what decides which packages are installed: a change of our code keeps this layer.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/core/package.json packages/core/
COPY packages/sandbox/package.json packages/sandbox/
COPY apps/worker/package.json apps/worker/
COPY apps/dashboard/package.json apps/dashboard/
COPY apps/cli/package.json apps/cli/

FROM manifests AS build
RUN npm install --no-save --ignore-scripts
COPY tsconfig.base.json tsconfig.json prisma.config.ts ./
COPY prisma prisma
COPY scripts scripts
COPY packages packages
COPY apps apps
RUN node scripts/generate.mjs && node node_modules/typescript/bin/tsc -b

# "optional" are the embedded PostgreSQL, which has no place here, and tools that Prisma's client could use.
FROM manifests AS dependencies
RUN npm install --no-save --ignore-scripts --omit=dev --omit=optional && npm cache clean --force

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app ./
COPY --from=build /app/packages/core/dist packages/core/dist
COPY --from=build /app/packages/sandbox/dist packages/sandbox/dist
COPY --from=build /app/apps/worker/dist apps/worker/dist
COPY --from=build /app/apps/dashboard/dist apps/dashboard/dist
COPY apps/dashboard/public apps/dashboard/public
COPY --from=build /app/apps/cli/dist apps/cli/dist
COPY prisma prisma
COPY scripts scripts
# The files belong to root: the service cannot change its own code.
USER node
EXPOSE 3000
# Worker and dashboard answer at the same place; compose switches it off for what only runs once.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/dashboard/dist/main.js"]
