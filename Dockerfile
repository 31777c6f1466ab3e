# Blue Lamp for production. It needs a Postgres 15 or later (DATABASE_URL) and its settings: see .env.example.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image has its own Node; the one that npm brings along for older machines would double its size.
RUN npm ci --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/node-linux-* node_modules/node-win-* node_modules/.bin/node

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 UPLOADS_DIR=/var/lib/blue-lamp/uploads
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY . .
# Made for the user of the process, so that a new volume belongs to it too.
RUN mkdir -p /var/lib/blue-lamp/uploads && chown -R node:node /var/lib/blue-lamp
VOLUME /var/lib/blue-lamp/uploads
USER node
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node itself, not npm: the signal to stop must reach the server.
CMD ["node", "src/server.ts"]
