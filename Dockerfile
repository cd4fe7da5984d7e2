# One image for every role: `up` runs them all in one container; docker-compose.yml runs one role in each.
FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY hpo_dashboard hpo_dashboard
COPY optimizers optimizers
COPY trials trials
COPY templates templates
COPY static static
RUN python -m venv /app && /app/bin/pip install --no-cache-dir '.[postgres]'

FROM python:3.12-slim
RUN useradd --create-home --uid 1000 hpo && install --directory --owner hpo --mode 0700 /data
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH HPO_HOME=/data HOST=0.0.0.0 PORT=8000 PYTHONUNBUFFERED=1 \
    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
USER hpo
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://localhost:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["hpo-dashboard", "up"]
