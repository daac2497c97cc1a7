# One image for the four services, the portal and the command line; compose.yaml says which one a container runs.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PATH=/opt/fettle/bin:$PATH
WORKDIR /app

COPY requirements-setup.lock requirements.lock ./
RUN python3 -m venv /opt/fettle \
 && python3 -m venv /opt/setup \
 && /opt/setup/bin/pip install --no-cache-dir --require-hashes -r requirements-setup.lock \
 && /opt/setup/bin/uv pip install --no-cache --compile-bytecode --python /opt/fettle/bin/python --require-hashes -r requirements.lock \
 && rm -r /opt/setup

COPY pyproject.toml README.md LICENSE ./
COPY services services
COPY shared shared
COPY fettle fettle
COPY demo demo
RUN python -m compileall -q services shared fettle demo \
 && python -m fettle.lean_libraries \
 && python -c "from services.notify.adapters import wording as w; from services.portal.adapters import messages as m, rendering as r, static_files as s; w.compile_all(); m.Messages(is_strict=True); r.Templates(s.StaticFiles()).compile_all()"

RUN useradd --system --no-create-home fettle && mkdir /keys /public && mkdir -m 700 /archive /attachments && chown fettle /keys /public /archive /attachments
USER fettle
CMD ["python", "-m", "fettle", "--help"]
