FROM python:3.13.7-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY ticketbot ticketbot
RUN python -m venv /opt/ticketbot && /opt/ticketbot/bin/pip install --no-cache-dir --only-binary :all: --no-binary ticketbot . \
    && /opt/ticketbot/bin/pip uninstall --yes --quiet pip

FROM python:3.13.7-slim
RUN useradd --uid 10001 --shell /usr/sbin/nologin --home-dir /data --create-home ticketbot && chmod 700 /data
COPY --from=build /opt/ticketbot /opt/ticketbot
# TICKETBOT_METRICS opens its port on the container's loopback interface only, for the health check.
ENV PATH=/opt/ticketbot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TICKETBOT_DATA=/data \
    TICKETBOT_METRICS=9464
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:9464/readyz', timeout=4)"]
ENTRYPOINT ["ticketbot"]
