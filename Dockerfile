# One image, several commands: web, worker, door, migrate. PostgreSQL and Postfix stand outside it.
# It is run with a read-only file system (compose.yaml): nothing is written but to /tmp.
FROM python:3.13-slim AS packages
WORKDIR /opt/convene
COPY requirements.txt requirements-uv.txt ./
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements-uv.txt \
    && VIRTUAL_ENV=/opt/convene/.venv .venv/bin/uv pip install --no-cache --require-hashes -r requirements.txt

FROM python:3.13-slim
# A number of its own, so that the files of secrets can be given to it on the host: chown 10001, chmod 400.
RUN groupadd --system --gid 10001 convene \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin convene
WORKDIR /opt/convene
COPY --from=packages /opt/convene/.venv .venv
COPY *.py pyproject.toml requirements.txt LICENSE ./
COPY audit audit
COPY notifications notifications
COPY web web
COPY directory directory
COPY meetings meetings
COPY attendance attendance
COPY reports reports
COPY privacy privacy
COPY demo demo
COPY walls walls
ENV PATH=/opt/convene/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    CONVENE_DEMO=no CONVENE_STATE=/tmp/state
# What the image is made of, in CycloneDX.
RUN python -m commands sbom --out sbom.cdx.json
USER 10001:10001
EXPOSE 8000 2424 2525
ENTRYPOINT ["python", "-m", "commands"]
CMD ["web"]
