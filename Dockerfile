# Parley in one image: API, worker and a private Redis under the launcher, all data below /data.
#   docker build -t parley .
#   docker run --init -p 3000:3000 -v parley:/data -e VAULT_KEYS="k1:$(openssl rand -base64 32)" parley
# One process a container instead, with a Redis and a database of your own:
#   docker run … -e REDIS_URL=… -e DATABASE_URL=… parley node scripts/run.mjs dist/apps/api/main.js      (or …/worker/…)

# The Node of the image is the one that package.json pins as the package `node`.
ARG NODE=24.21.0
# A release names the content that was tested: --build-arg NODE_DIGEST=@sha256:…
ARG NODE_DIGEST=

FROM node:${NODE}-bookworm-slim${NODE_DIGEST} AS build
WORKDIR /parley
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --include=dev --no-audit --no-fund
COPY . .
# Not `npm run build`, which would unpack a second Node.
RUN node node_modules/tsc7/bin/tsc -p tsconfig.json \
 && node node_modules/vite/bin/vite.js build apps/web --outDir /parley/dist/web --emptyOutDir --logLevel warn \
 && rm -rf dist/.tsbuildinfo dist/test dist/bench \
 && find dist -name '*.spec.js*' -delete

FROM node:${NODE}-bookworm-slim${NODE_DIGEST} AS packages
WORKDIR /parley
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund && rm -rf node_modules/node

FROM node:${NODE}-bookworm-slim${NODE_DIGEST} AS runtime
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends redis-server tini \
 && rm -rf /var/lib/apt/lists/* \
 && mkdir /data && chown node:node /data && chmod 700 /data
WORKDIR /parley
COPY package.json .npmrc ./
COPY scripts scripts
COPY apps/simulator/data apps/simulator/data
COPY --from=packages /parley/node_modules node_modules
COPY --from=build /parley/dist dist
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "--enable-source-maps", "dist/apps/launcher/main.js"]

# Fly mounts its volumes as root's: this entry hands the folder over, then runs everything as `node`.
FROM runtime AS fly
ENTRYPOINT ["tini", "--", "sh", "-c", "chown node:node \"$DATA_DIR\" && exec setpriv --reuid=node --regid=node --init-groups \"$@\"", "parley"]

FROM runtime
USER node
