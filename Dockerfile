# One image for the four services and the command line; compose.yaml says which one a container runs.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/fettle/bin:$PATH
WORKDIR /app

COPY requirements-setup.lock requirements.lock ./
RUN python3 -m venv /opt/fettle \
 && pip install --no-cache-dir --require-hashes -r requirements-setup.lock \
 && uv pip install --no-cache --python /opt/fettle/bin/python --require-hashes -r requirements.lock

COPY pyproject.toml README.md ./
COPY services services
COPY shared shared
COPY fettle fettle

RUN useradd --system --no-create-home fettle && mkdir /keys && chown fettle /keys
USER fettle
CMD ["python", "-m", "fettle", "--help"]
