# Chorus in one image, whatever roles a container runs: CHORUS_ROLES says which.
FROM node:24-bookworm-slim AS build
WORKDIR /chorus
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build:pages && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production CHORUS_HOST=0.0.0.0 CHORUS_STORE=/var/lib/chorus
WORKDIR /chorus
COPY --from=build /chorus /chorus
RUN mkdir -p /var/lib/chorus && chown node:node /var/lib/chorus
USER node
EXPOSE 8080
# Node itself is process 1, so that a stop reaches it: it moves its viewers away first.
# The limit is half of Node's own: viewers who join leave less garbage behind, which a process keeps as memory.
ENTRYPOINT ["node", "--max-semi-space-size=16", "bin/chorus.js", "serve"]
