# docker build -t needlescope . && docker run --rm -e VLLM_API_KEY -v "$PWD:/data" needlescope run needlescope.yaml
FROM node:22-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsdown.config.ts ./
COPY src src
COPY corpora corpora
RUN npm run build:fast && npm prune --omit=dev --ignore-scripts

FROM node:22-slim
# What PNG images are written with, Chinese included.
RUN apt-get update \
  && apt-get install -y --no-install-recommends fonts-dejavu-core fonts-noto-cjk \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/needlescope
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY --from=build /build/corpora corpora
COPY LICENSE ./
USER node
WORKDIR /data
ENTRYPOINT ["node", "/opt/needlescope/dist/main.js"]
CMD ["--help"]
