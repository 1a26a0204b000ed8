# Povertyplan's image: web, worker and beat differ by their command only (docker-compose.yml).

FROM node:22-bookworm-slim AS front-end
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM python:3.11-slim-bookworm AS packages
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary=:all: -r requirements.lock

FROM python:3.11-slim-bookworm
# Pango is WeasyPrint's, for the PDF. The media folder is the user's, and so becomes the volume mounted there.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 povertyplan \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin povertyplan \
    && install -d -m 0700 -o 10001 -g 10001 /media/povertyplan
COPY --from=packages /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=povertyplan.settings \
    MEDIA_ROOT=/media/povertyplan \
    XDG_CACHE_HOME=/tmp

WORKDIR /app
COPY . .
COPY --from=front-end /app/node_modules node_modules
# The key is for this command alone; without one the settings would make one and leave it in the image. Django gives the static
# files the mode of uploads, which the user below could not read.
RUN python povertyplan/prepare.py --files-only \
    && rm -rf node_modules \
    && SECRET_KEY=build python manage.py collectstatic --noinput --verbosity=0 \
    && chmod -R a+rX var/static

USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["python", "povertyplan/deploy/healthcheck.py"]
CMD ["gunicorn", "povertyplan.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--no-control-socket", "--logger-class", "povertyplan.web_log.WebLog", "--access-logfile", "-", "--access-logformat", "%(t)s %(m)s %(U)s %(s)s %(L)s"]
