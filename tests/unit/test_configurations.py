"""Configurations as people have them: each is read right, or answered with one line on how to look."""

from __future__ import annotations

import base64
import re

import pytest

from runbooklab.configuration.leaves import Mistake
from runbooklab.configuration.reading import Reading, Surroundings, read

#: A password that stands in many of them; it must never be in what is said.
PW = "Ahorn77x"


def look(name: str, text: str, env: dict[str, str] | None = None, wanted: str = "", **files: str) -> Reading:
    """What ``text`` says, with ``env`` beside it and nothing in this environment."""

    def first(variable: str) -> tuple[str, str] | None:
        return ((env or {})[variable], ".env, line 1") if variable in (env or {}) else None

    around = Surroundings(first, lambda variable: None, lambda path: files.get(path, ""))
    return read(text, name, around, wanted)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


#: What it is -> file name, content, the URL, the key.
READ: dict[str, tuple[str, str, str, str]] = {
    "redis.url": ("o.yaml", "redis:\n  url: redis://db:6380/1\n", "redis://db:6380/1", "redis.url"),
    "nested": ("o.yaml", "cache:\n  redis:\n    url: redis://db:6380\n", "redis://db:6380", "cache.redis.url"),
    "app.broker_url": ("o.yaml", "app:\n  broker_url: redis://db:6380/2\n", "redis://db:6380/2", "app.broker_url"),
    "the key is redis itself": (
        "o.yaml", "services:\n  queue:\n    redis: redis://db\n", "redis://db", "services.queue.redis",
    ),
    "host and port": ("o.yaml", "redis:\n  host: db\n  port: 6380\n", "redis://db:6380", "redis.host"),
    "all of it apart": (
        "o.yaml",
        f"redis:\n  host: db\n  port: 6380\n  username: app\n  password: '{PW}@/'\n  ssl: true\n  db: 3\n",
        f"rediss://app:{PW}%40%2F@db:6380", "redis.host",
    ),
    "host:port in one": ("o.yaml", "redis:\n  address: db:6380\n", "redis://db:6380", "redis.address"),
    "an IPv6 host": ("o.yaml", "redis:\n  host: '::1'\n  port: 6380\n", "redis://[::1]:6380", "redis.host"),
    "flow mapping": ("o.yaml", "{redis: {url: redis://db}}\n", "redis://db", "redis.url"),
    "in a list": ("o.yaml", "stores:\n- name: main\n  redis_url: redis://a\n- name: b\n  redis_url: redis://b\n",
                  "redis://a", "stores[0].redis_url"),
    "JSON with comments": (
        "appsettings.json", '{\n\t// cache\n\t"redis": { "host": "db", /* x */ "port": 6380, },\n}\n',
        "redis://db:6380", "redis.host",
    ),
    "Node": ("config.json", '{"redis":{"host":"db","port":6380,"tls":{}}}', "rediss://db:6380", "redis.host"),
    "BullMQ": ("default.json", '{"queue":{"connection":{"redisHost":"db","redisPort":6380}}}', "redis://db:6380",
               "queue.connection.redisHost"),
    "Spring YAML": ("application.yml", "spring:\n  data:\n    redis:\n      host: db\n      port: 6380\n"
                    f"      password: {PW}\n      timeout: 2s\n      lettuce:\n        pool:\n          max-active: 8\n",
                    f"redis://:{PW}@db:6380", "spring.data.redis.host"),
    "Spring properties": (
        "application.properties", f"spring.redis.host=db\nspring.redis.port=6380\nspring.redis.password={PW}\n"
        "spring.redis.ssl=true\nspring.redis.database=4\n", f"rediss://:{PW}@db:6380", "spring.redis.host",
    ),
    "Spring url": ("application.properties", "spring.data.redis.url=redis\\://db\\:6380\n", "redis://db:6380",
                   "spring.data.redis.url"),
    "Spring with a default": ("application.yml", "spring:\n  redis:\n    host: ${REDIS_HOST:db}\n    port: ${REDIS_PORT:6380}\n",
                              "redis://db:6380", "spring.redis.host"),
    "Celery in ini": ("celery.ini", "[celery]\nbroker_url = redis://db:6380/0\nresult_backend = redis://db:6380/1\n",
                      "redis://db:6380/0", "celery.broker_url"),
    "Airflow": ("airflow.cfg", "[core]\nexecutor = CeleryExecutor\n\n[celery]\n# the broker\nbroker_url = redis://:@db:6380/0\n",
                "redis://:@db:6380/0", "celery.broker_url"),
    "ini with interpolation": ("settings.ini", "[redis]\nhost = db\nport = 6380\nurl = redis://%(host)s:%(port)s/0\n",
                               "redis://db:6380/0", "redis.url"),
    "TOML": ("config.toml", '[redis]\nurl = "redis://db:6380"\n', "redis://db:6380", "redis.url"),
    "TOML nested": ("x.toml", '[cache.redis]\nhost = "db"\nport = 6380\ntls = true\n', "rediss://db:6380", "cache.redis.host"),
    "TOML inline": ("x.toml", 'redis = { host = "db", port = 6380 }\n', "redis://db:6380", "redis.host"),
    "TOML by its content": ("config", '[server]\nport = 1\n[redis]\naddr = "db:6380"\n', "redis://db:6380", "redis.addr"),
    ".env": (".env", f"# cache\nexport REDIS_URL='redis://:{PW}@db:6380/0' # ours\n", f"redis://:{PW}@db:6380/0", "REDIS_URL"),
    ".env with CRLF and quotes": (".env.production", 'A=1\r\nREDIS_URL="redis://db:6380"\r\n', "redis://db:6380", "REDIS_URL"),
    "Laravel": (".env", "CACHE_DRIVER=redis\nREDIS_CLIENT=phpredis\nREDIS_HOST=db\nREDIS_PASSWORD=null\nREDIS_PORT=6380\n",
                "redis://db:6380", "REDIS_HOST"),
    "Mastodon": (".env.production", f"LOCAL_DOMAIN=x\nREDIS_HOST=db\nREDIS_PORT=6380\nREDIS_PASSWORD={PW}\nSIDEKIQ_REDIS_URL=redis://q\n",
                 f"redis://:{PW}@db:6380", "REDIS_HOST"),
    "n8n": ("n8n.env", f"QUEUE_BULL_REDIS_HOST=db\nQUEUE_BULL_REDIS_PORT=6380\nQUEUE_BULL_REDIS_PASSWORD={PW}\nQUEUE_BULL_REDIS_DB=2\n",
            f"redis://:{PW}@db:6380", "QUEUE_BULL_REDIS_HOST"),
    "Railway": (".env", "REDISHOST=db\nREDISPORT=6380\nREDISUSER=default\nREDISPASSWORD=Ahorn77x\n",
                f"redis://default:{PW}@db:6380", "REDISHOST"),
    "Heroku": (".env", "REDISCLOUD_URL=redis://db:6380\n", "redis://db:6380", "REDISCLOUD_URL"),
    "Celery variables": (".env", "CELERY_BROKER_URL=redis://db:6380/0\nCELERY_RESULT_BACKEND=redis://db:6380/1\n",
                         "redis://db:6380/0", "CELERY_BROKER_URL"),
    "a variable of the same file": (".env", "REDIS_HOST=db\nREDIS_URL=redis://${REDIS_HOST}:6380\n", "redis://db:6380", "REDIS_URL"),
    "Django CACHES": ("settings.json", '{"CACHES":{"default":{"BACKEND":"django_redis.cache.RedisCache","LOCATION":"redis://db:6380/1"}}}',
                      "redis://db:6380/1", "CACHES.default.LOCATION"),
    "cable.yml": ("cable.yml", "development:\n  adapter: redis\n  url: redis://dev\ntest:\n  adapter: test\n"
                  "production:\n  adapter: redis\n  url: <%= ENV.fetch(\"REDIS_URL\") { \"redis://db:6380/1\" } %>\n",
                  "redis://db:6380/1", "production.url"),
    "resque.yml": ("resque.yml", "development: redis://dev\nproduction:\n  url: unix:/var/opt/gitlab/redis/redis.socket\n",
                   "unix:///var/opt/gitlab/redis/redis.socket", "production.url"),
    "redis.yml": ("redis.yml", "default: &d\n  host: db\n  port: 6380\nproduction:\n  redis:\n    <<: *d\n",
                  "redis://db:6380", "production.redis.host"),
    "StackExchange.Redis": ("appsettings.json", '{"ConnectionStrings":{"Redis":"db:6380,password=Ahorn77x,ssl=True,abortConnect=False"}}',
                            f"rediss://:{PW}@db:6380", "ConnectionStrings.Redis"),
    "StackExchange.Redis, host alone": ("appsettings.json", '{"ConnectionStrings":{"Redis":"db:6380"}}', "redis://db:6380",
                                        "ConnectionStrings.Redis"),
    "Redis:Configuration": ("appsettings.json", '{"Redis":{"Configuration":"db:6380,defaultDatabase=2","InstanceName":"x"}}',
                            "redis://db:6380/2", "Redis.Configuration"),
    "ConfigMap": ("cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  REDIS_URL: redis://db.example.com:6380\n",
                  "redis://db.example.com:6380", "data.REDIS_URL"),
    "Secret": ("s.yaml", f"apiVersion: v1\nkind: Secret\ndata:\n  REDIS_URL: {b64(f'redis://:{PW}@db.example.com:6380')}\n",
               f"redis://:{PW}@db.example.com:6380", "data.REDIS_URL"),
    "a file in a ConfigMap": ("cm.yaml", "apiVersion: v1\nkind: ConfigMap\ndata:\n  application.yml: |\n    spring:\n      redis:\n"
                              "        host: db.example.com\n        port: 6380\n", "redis://db.example.com:6380",
                              "data.application.yml.spring.redis.host"),
    "Deployment": ("d.yaml", "apiVersion: apps/v1\nkind: Deployment\nspec:\n  containers:\n  - name: app\n    env:\n"
                   "    - name: REDIS_HOST\n      value: db.example.com\n    - name: REDIS_PORT\n      value: '6380'\n",
                   "redis://db.example.com:6380", "spec.containers[0].env.REDIS_HOST"),
    "Helm values": ("values.yaml", "redis:\n  enabled: false\nexternalRedis:\n  host: db.example.com\n  port: 6380\n",
                    "redis://db.example.com:6380", "externalRedis.host"),
    "Compose with another host": ("docker-compose.yml", "services:\n  app:\n    image: x\n    environment:\n      - REDIS_URL=redis://db.example.com:6380\n",
                                  "redis://db.example.com:6380", "services.app.environment.REDIS_URL"),
    "Compose with an anchor": ("compose.yaml", "x-env: &env\n  REDIS_HOST: db.example.com\n  REDIS_PORT: 6380\nservices:\n  app:\n    image: x\n    environment:\n      <<: *env\n",
                               "redis://db.example.com:6380", "services.app.environment.REDIS_HOST"),
    "socket as a host": ("x.yaml", "redis:\n  host: /run/redis/redis.sock\n", "unix:///run/redis/redis.sock", "redis.host"),
    "tls:// as a host": (".env", "REDIS_HOST=tls://db\nREDIS_PORT=6380\n", "rediss://db:6380", "REDIS_HOST"),
    "second document": ("o.yaml", "a: 1\n---\nredis:\n  url: redis://db\n", "redis://db", "redis.url"),
    "shell default": ("o.yaml", 'redis:\n  url: "${REDIS_URL:-redis://db:6380/0}"\n', "redis://db:6380/0", "redis.url"),
    "a default in a default": ("o.yaml", "redis:\n  url: ${REDIS_URL:-redis://${REDIS_HOST:-db}:6380}\n", "redis://db:6380", "redis.url"),
    "Ansible's default": ("o.yaml", "redis:\n  url: \"{{ redis_url | default('redis://db:6380') }}\"\n", "redis://db:6380", "redis.url"),
    "BOM": ("o.yaml", "redis:\n  url: redis://db\n", "redis://db", "redis.url"),
    "ECS": ("task.json", '{"containerDefinitions":[{"name":"a","environment":[{"name":"REDIS_URL","value":"redis://db:6380"}]}]}',
            "redis://db:6380", "containerDefinitions[0].environment.REDIS_URL"),
    "Sidekiq": ("sidekiq.yml", ":concurrency: 5\n:redis:\n  :url: redis://db:6380/3\n", "redis://db:6380/3", ":redis.:url"),
    "a literal variable in the password": ("o.yaml", "redis:\n  url: redis://:${REDIS_PASSWORD}@db:6380\n",
                                           "redis://:${REDIS_PASSWORD}@db:6380", "redis.url"),
    "Gitea": ("app.ini", "[cache]\nADAPTER = redis\nHOST = redis://db:6380/0\n\n[session]\nPROVIDER = memory\n", "redis://db:6380/0", "cache.HOST"),
    "Authelia": ("configuration.yml", "session:\n  redis:\n    host: db\n    port: 6380\n    password: Ahorn77x\n", f"redis://:{PW}@db:6380", "session.redis.host"),
    "Traefik-like list": ("dynamic.yml", "providers:\n  redis:\n    endpoints:\n      - db:6380\n", "redis://db:6380", "providers.redis.endpoints[0]"),
}  # fmt: skip

#: What it is -> file name, content, what the one line says.
ANSWERED: dict[str, tuple[str, str, str]] = {
    "a variable alone": ("o.yaml", "redis:\n  url: ${REDIS_URL}\n", r"variable REDIS_URL.*-p redis_url env:REDIS_URL"),
    "a required variable": ("o.yaml", "redis:\n  url: ${REDIS_URL:?set it}\n", r"REDIS_URL.*-p redis_url"),
    "a dollar": ("o.yaml", "redis:\n  url: $REDIS_URL\n", r"REDIS_URL.*-p redis_url env:REDIS_URL"),
    "a template": ("o.yaml", "redis:\n  url: '{{ .Values.redis.url }}'\n", r"\.Values\.redis\.url.*-p redis_url"),
    "!ENV": ("o.yaml", "redis:\n  url: !ENV ${REDIS_URL}\n", r"REDIS_URL.*-p redis_url"),
    "!env": ("o.yaml", "redis:\n  url: !env REDIS_URL\n", r"variable REDIS_URL.*-p redis_url"),
    "!vault": ("o.yaml", "redis:\n  url: !vault |\n    $ANSIBLE_VAULT;1.1;AES256\n    6134\n", r"tag !vault.*-p redis_url"),
    "!Ref": ("o.yaml", "redis:\n  url: !Ref RedisUrl\n", r"tag !Ref.*-p redis_url"),
    "a variable host": ("o.yaml", "redis:\n  host: ${REDIS_HOST}\n  port: 6380\n", r"REDIS_HOST.*-p redis_url"),
    "sealed by Jasypt": ("application.properties", "spring.redis.host=ENC(abc)\n", r"Jasypt.*-p redis_url"),
    "Compose": ("docker-compose.yml", "services:\n  orchestrator:\n    image: x\n    environment:\n      REDIS_URL: redis://redis:6379/0\n"
                "  redis:\n    image: redis:7\n    ports: ['16379:6379']\n",
                r"services\.orchestrator\.environment\.REDIS_URL \(line 5\).*redis://localhost:16379"),
    "Compose without": ("docker-compose.yml", "services:\n  redis:\n    image: redis:7\n", r"Compose file.*-p redis_url"),
    "Kubernetes": ("d.yaml", "apiVersion: v1\nkind: ConfigMap\ndata:\n  REDIS_URL: redis://redis:6379\n", r"port-forward service/redis.*-p redis_url"),
    "Kubernetes without": ("d.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: redis\n", r"Kubernetes.*-p redis_url"),
    "redis.conf": ("redis.conf", f"bind 127.0.0.1\nport 6379\nrequirepass {PW}\n", r"Redis' own configuration.*-p redis_url"),
    "redis.conf by its content": ("my.yaml", f"bind 127.0.0.1\nport 6379\nsave 60 1\nrequirepass {PW}\n", r"Redis' own configuration.*-p redis_url"),
    "Nextcloud": ("config.php", f"<?php\n$CONFIG = array (\n 'redis' => array('host' => 'db', 'password' => '{PW}'),\n);\n", r"PHP.*line 3.*-p redis_url"),
    "Django settings": ("settings.py", "CACHES = {'default': {'LOCATION': 'redis://db'}}\n", r"Python.*line 1.*-p redis_url"),
    "sentinels": ("o.yaml", "redis:\n  sentinels:\n    - host: s1\n      port: 26379\n    - host: s2\n      port: 26379\n  master_name: m\n",
                  r"Sentinels.*-p redis_url"),
    "Spring sentinel": ("application.properties", "spring.redis.sentinel.master=m1\nspring.redis.sentinel.nodes=s1:26379,s2:26379\n",
                        r"s1:26379 and s2:26379.*get-master-addr-by-name m1.*-p redis_url"),
    "Spring cluster": ("application.yml", "spring:\n  redis:\n    cluster:\n      nodes: a:7000,b:7000\n", r"cluster.*-p redis_url redis://a:7000"),
    "Sentinel URL": ("o.yaml", "redis:\n  url: redis+sentinel://:Ahorn77x@s1:26379/m/0\n", r"Sentinels.*-p redis_url"),
    "several in a connection string": ("appsettings.json", '{"ConnectionStrings":{"Redis":"a:6379,b:6379,password=Ahorn77x"}}', r"several places.*-p redis_url"),
    ".env without Redis": (".env", "A=1\nB=2\n", r"no value in it names a Redis.*-p redis_url"),
    "a broker that is RabbitMQ": (".env", "REDIS_BROKER_URL=amqp://guest@rabbit\n", r"RabbitMQ.*-p redis_url"),
}  # fmt: skip

#: What it is -> file name, content, the mistake, its place.
MISTAKEN: dict[str, tuple[str, str, str, int | None]] = {
    "a port that is an address": (".env", "REDIS_HOST=redis\nREDIS_PORT=tcp://172.17.0.7:6379\n", r"REDIS_PORT is text.*a number from 0 to 65535.*Kubernetes", 2),
    "a pool size in words": ("o.yaml", "redis:\n  url: redis://db\n  connection_pool_size: many\n", r"redis\.connection_pool_size is text \('many'\), and must be a whole number", 3),
    "a url that is a number": ("o.yaml", "redis:\n  url: 6379\n", r"redis\.url is a number \('6379'\), and must be text", 2),
    "a url that is true": ("o.yaml", "redis:\n  url: yes\n", r"redis\.url is true or false", 2),
    "a host that is a list": ("o.yaml", "redis:\n  host: [a, b]\n", r"redis\.host is a list", 2),
    "no section": ("o.yaml", "database: {}\n", r"no redis section", None),
    "TOML that does not parse": ("o.toml", "[redis\nurl = 1\n", r"TOML cannot be parsed", 1),
    "JSON that does not parse": ("o.json", '{"redis": {"url": "redis://db"\n', r"JSON cannot be parsed", 2),
}  # fmt: skip


@pytest.mark.parametrize("what", READ)
def test_a_configuration_is_read(what: str) -> None:
    """The URL is what the client would make of it, and the key says where it stands."""
    name, text, url, key = READ[what]
    found = look(name, text)
    assert (found.unread, found.url, found.key) == ("", url, key)
    assert PW not in repr((found.origins, found.remarks, found.others))


@pytest.mark.parametrize("what", ANSWERED)
def test_what_is_not_read_is_answered_with_a_way_to_look(what: str) -> None:
    """One line says why, and names the parameter; nothing advises to add a section to the file."""
    name, text, said = ANSWERED[what]
    found = look(name, text)
    assert found.url is None
    assert re.search(said, found.unread), found.unread
    assert PW not in found.unread


@pytest.mark.parametrize("what", MISTAKEN)
def test_a_mistake_names_key_type_and_place(what: str) -> None:
    """Which key, what it is, what it must be, and the line."""
    name, text, said, line = MISTAKEN[what]
    with pytest.raises(Mistake) as caught:
        look(name, text)
    assert re.search(said, caught.value.message), caught.value.message
    assert caught.value.line == line
