# The same steps as `make run`, in a slim image and without root.
FROM python:3.11-slim AS build
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY bot bot
COPY locales locales
RUN /venv/bin/pybabel -q compile -d locales -D bot

FROM python:3.11-slim
WORKDIR /app
RUN useradd --system --uid 10001 --home-dir /app halyq && mkdir var && chown halyq var
COPY --from=build /venv /venv
COPY --from=build /app/bot bot
COPY --from=build /app/locales locales
COPY migrations migrations
COPY LICENSE README.md ./
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 LOG_FORMAT=json METRICS_LISTEN=127.0.0.1:9100
USER halyq
VOLUME /app/var
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:9100/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
