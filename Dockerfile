# One image, several commands: web, worker, door, migrate. PostgreSQL and the mail relay stand outside it.
FROM python:3.13-slim AS packages
WORKDIR /opt/convene
COPY requirements.txt requirements-uv.txt ./
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements-uv.txt \
    && VIRTUAL_ENV=/opt/convene/.venv .venv/bin/uv pip install --no-cache --require-hashes -r requirements.txt

FROM python:3.13-slim
RUN useradd --system --no-create-home --shell /usr/sbin/nologin convene
WORKDIR /opt/convene
COPY --from=packages /opt/convene/.venv .venv
COPY *.py pyproject.toml ./
COPY audit audit
COPY notifications notifications
COPY web web
COPY directory directory
COPY meetings meetings
COPY attendance attendance
COPY reports reports
COPY privacy privacy
COPY demo demo
ENV PATH=/opt/convene/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 CONVENE_DEMO=no
USER convene
EXPOSE 8000 2424 2525
ENTRYPOINT ["python", "-m", "commands"]
CMD ["web"]
