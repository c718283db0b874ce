# levcheck in a container: non-root, fit for a read-only root; it writes to /var/lib/levcheck (a volume) and to /tmp.
# Build: docker build -t levcheck:0.1.0 .      Run: docs/operations.md and compose.yaml.

FROM python:3.12.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN ["python", "-m", "venv", "/opt/levcheck"]
# Only what is pinned, each file held to its hash, and nothing that would run a build of its own.
COPY requirements/runtime.txt requirements/
RUN ["/opt/levcheck/bin/pip", "install", "--require-hashes", "--only-binary=:all:", "-r", "requirements/runtime.txt"]
COPY pyproject.toml README.md LICENSE ./
COPY service service
RUN ["/opt/levcheck/bin/pip", "install", "--no-deps", "--no-build-isolation", "--no-index", "."]
RUN ["/opt/levcheck/bin/pip", "uninstall", "--yes", "pip"]

FROM python:3.12.11-slim-bookworm
RUN ["useradd", "--system", "--uid", "10001", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "levcheck"]
RUN ["install", "-d", "-o", "levcheck", "-g", "levcheck", "-m", "0700", "/var/lib/levcheck"]
COPY --from=build /opt/levcheck /opt/levcheck
COPY deploy/entrypoint.py /opt/levcheck/
ENV PATH=/opt/levcheck/bin:/usr/local/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1 \
    LEVCHECK_DATA=/var/lib/levcheck
USER 10001:10001
WORKDIR /var/lib/levcheck
VOLUME ["/var/lib/levcheck"]
EXPOSE 8095
# Accepted requests are finished within 30 s: give `docker stop` more (--stop-timeout 40).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8095, timeout=4); c.request('GET', '/readyz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["python", "/opt/levcheck/entrypoint.py", "levcheck"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8095"]
