"""The forms in which the world writes secrets: one visible table.

It drives the tests of redaction and of the last gate, and docs/secrets.md shows it
(``scripts/generate_secrets_doc.py``). A form is found *by its place* if nobody named the secret
(after ``--requirepass``, under the key ``password``), or *once known*: a secret that was met elsewhere is
written there in another spelling. The last gate finds every form once the secret is known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from runbooklab.redaction.respellings import RESPELLINGS

#: Where the secret stands in a sample.
PLACE = "§"

#: A secret of letters, digits and a hyphen, which most formats write as it is.
SIMPLE = "Zk41-hunter2x"

#: A secret that most formats have to write in another way.
AWKWARD = "Kq7&<z>\"9'v/T+é %$x"

_NUMBER = "8142675309"
_PLAIN = "hunterword"
_HASH = "Fvmkk41hunter2xUv0abcdef"
_BLANKS = "Zk41 hunter 2x"
_BASIC = "QWxhZGRpbjpvcGVu"

By = Literal["place", "known"]


def _utf_8(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


class Form(Struct, frozen=True):
    """One way of writing a secret.

    ``sample``: a text with :data:`PLACE` where the secret stands, ``spelled``: how the secret is written
    there, ``by``: how it is found. ``file``: a name of such a file, ``encoded``: its bytes.
    ``secret``: the one that tests put in.
    """

    group: str
    name: str
    sample: str
    by: By = "place"
    spelled: Callable[[str], str] = str
    file: str = "app.log"
    encoded: Callable[[str], bytes] = _utf_8
    secret: str = SIMPLE

    @property
    def text(self) -> str:
        """The sample with its secret."""
        return self.sample.replace(PLACE, self.spelled(self.secret))

    @property
    def data(self) -> bytes:
        """The sample with its secret, as a file holds it."""
        return self.encoded(self.text)


def _with(between: str) -> Callable[[str], str]:
    """The secret with ``between`` after its third character."""
    return lambda secret: f"{secret[:3]}{between}{secret[3:]}"


def _doubled(secret: str) -> str:
    return secret.replace('"', '""')


FORMS: tuple[Form, ...] = (
    Form("Command lines", "redis-server", "redis-server --requirepass § --port 6379"),
    Form("Command lines", "redis-cli", "redis-cli -h cache -a § ping"),
    Form("Command lines", "redis-cli --pass", "redis-cli --pass '§' ping"),
    Form("Command lines", "redis-cli of another name", '["/opt/bin/valkey-cli", "-h", "x", "-a", "§"]'),
    Form("Command lines", "any option of that name", "worker --redis-password=§ --queue low"),
    Form("Command lines", "a Java property", "java -Dspring.data.redis.password=§ -jar app.jar"),
    Form("Command lines", "curl", "curl -su admin:§ http://cache:8080/"),
    Form("Command lines", "docker run", "docker run -e REDIS_PASSWORD=§ redis:7"),
    Form("Command lines", "quoted in a shell", """export REDIS_PASSWORD='it'"'"'s §'"""),
    Form("Command lines", "redis-benchmark", "redis-benchmark -h cache -a § -n 10"),
    Form("Command lines", "helm", "helm install r bitnami/redis --set auth.password=§,a=b"),
    Form("Command lines", "AUTH as an argument", "redis-cli -h cache auth app §"),
    Form("Command lines", "strace", 'execve("/usr/bin/redis-cli", ["redis-cli", "-a", "§"], 0x7ff) = 0'),
    Form("Command lines", "Go's list", "Cmd: [redis-server --requirepass §]"),
    Form(
        "Command lines",
        "blanks behind backslashes",
        "REDIS_PASSWORD=§ ./worker\n",
        spelled=lambda secret: secret.replace(" ", "\\ "),
        secret=_BLANKS,
    ),
    Form(
        "Command lines",
        "an option, blanks behind backslashes",
        "redis-server --requirepass § --port 1\n",
        spelled=lambda secret: secret.replace(" ", "\\ "),
        secret=_BLANKS,
    ),
    Form("Command lines", "here-string", "redis-cli --askpass <<< §", secret=_PLAIN),
    Form(
        "Command lines", "last argument", "printf %s § | redis-cli -x CONFIG SET requirepass", secret=_PLAIN
    ),
    Form("Command lines", "here-document", "redis-cli --askpass <<EOF\n§\nEOF\n", secret=_PLAIN),
    Form("Command lines", "echo before a pipe", "echo '§' | redis-cli -x auth", secret=_PLAIN),
    Form("Command lines", "echo before another program", 'echo -n "§" | docker login --password-stdin'),
    Form("Command lines", "AUTH before a pipe", 'echo "auth §" | redis-cli', secret=_PLAIN),
    Form("Command lines", "htpasswd", "htpasswd -nb app §"),
    Form("Lists of words", "docker inspect", '[{"Args": [\n  "--requirepass",\n  "§"\n ]}]', file="x.json"),
    Form("Lists of words", "ACL user", '{"Cmd": ["redis-server","--user","app","on",">§"]}', file="x.json"),
    Form(
        "Lists of words", "Compose, one line", 'command: ["redis-server", "--requirepass", "§"]', file="x.yml"
    ),
    Form(
        "Lists of words",
        "Compose, a line each",
        "services:\n  redis:\n    command:\n      - redis-server\n      - --requirepass\n      - §\n",
        file="compose.yaml",
    ),
    Form(
        "Lists of words",
        "Compose, health check",
        "healthcheck:\n  test:\n    - CMD\n    - redis-cli\n    - -a\n    - §\n    - ping\n",
        file="compose.yaml",
    ),
    Form("Lists of words", "environment", '{"Env": ["A=b", "REDIS_PASSWORD=§"]}', file="x.json"),
    Form("Lists of words", "Python", "argv = ['redis-server', '--masterauth', '§', '--port', '6379']"),
    Form("Lists of words", "ioredis", "  command: { name: 'auth', args: [ 'appuser', '§' ] }"),
    Form("Lists of words", "node-redis", "{ command: 'HELLO', args: ['3', 'AUTH', 'app', '§'] }"),
    Form("Lists of words", "a command as a list", "executing [b'AUTH', b'app', b'§']"),
    Form(
        "Lists of words",
        "a shell's text",
        "args:\n- -c\n- |\n  exec redis-server --requirepass '§'\n",
    ),
    Form("Redis' configuration", "requirepass", "requirepass §\nport 6379", file="redis.conf"),
    Form("Redis' configuration", "masterauth, quoted", 'masterauth "§"\n', file="redis.conf"),
    Form("Redis' configuration", "Sentinel", "sentinel auth-pass mymaster §\n", file="sentinel.conf"),
    Form("Redis' configuration", "ACL file", "user app on >§ ~* +@all\n", file="users.acl"),
    Form("Redis' configuration", "replica-auth", "replica-auth §\n", file="redis.conf", secret=_PLAIN),
    Form("Redis' configuration", "CONFIG GET", '1) "requirepass"\n2) "§"\n'),
    Form(
        "Redis' configuration",
        "error at a line of it",
        ">>> 'requirepass \"§\" foo'\nwrong number",
    ),
    Form("Commands of Redis", "AUTH", "127.0.0.1:6379> AUTH app §\n(error) WRONGPASS"),
    Form("Commands of Redis", "AUTH, quoted", "AUTH 'app' '§'"),
    Form("Commands of Redis", "HELLO", "HELLO 3 AUTH app § SETNAME w"),
    Form("Commands of Redis", "CONFIG SET", "CONFIG SET requirepass §"),
    Form("Commands of Redis", "MIGRATE", "MIGRATE h 6379 k 0 1000 AUTH § KEYS a"),
    Form("Commands of Redis", "MONITOR", '1700000000.1 [0 10.0.0.1:5000] "AUTH" "app" "§"'),
    Form("Commands of Redis", "MONITOR of a hash", '17.1 [0 h:5] "HSET" "user:1" "password" "§" "n" "1"'),
    Form(
        "Commands of Redis",
        "ACL LOG of a failed login",
        '3) "reason"\n4) "auth"\n5) "context"\n6) "toplevel"\n7) "object"\n8) "AUTH"\n9) "username"\n10) "§"',
    ),
    Form("Commands of Redis", "SENTINEL SET", "SENTINEL SET mymaster auth-pass §"),
    Form("Commands of Redis", "HGETALL", '1) "name"\n2) "bob"\n3) "password"\n4) "§"\n'),
    Form("Commands of Redis", "ACL LOG as JSON", '{"reason": "auth", "username": "§"}', file="x.json"),
    Form("Commands of Redis", "a script", "EVAL \"redis.call('auth','§')\" 0", secret=_PLAIN),
    Form(
        "Commands of Redis",
        "a script, quoted by MONITOR",
        '17.1 [0 h:5] "EVAL" "return redis.call(\\"set\\", \\"password\\", \\"§\\")" "0"',
        secret=_PLAIN,
    ),
    Form("Commands of Redis", "Lettuce's arguments", "AuthCommand [type=AUTH, args=[§]]", secret=_PLAIN),
    Form("Commands of Redis", "Lettuce's buffer", "CommandArgs [buffer=app §]", secret=_PLAIN),
    Form("URLs", "no scheme and no user", "Error 111 connecting to Redis §@cache:6379.", secret=_PLAIN),
    Form("URLs", "a Redis URL", "REDIS_URL=redis://app:§@cache:6379/0", file=".env"),
    Form(
        "URLs", "default of a variable", "- REDIS_URL=redis://:${REDIS_PASSWORD:-§}@redis:6379", file="x.yml"
    ),
    Form("URLs", "query", "redis://cache:6379?username=app&password=§&db=1"),
    Form("URLs", "in another URL", "http://proxy/?to=redis%3A%2F%2Fapp%3A§%40cache%3A6379"),
    Form("URLs", "a form's body", "POST /login user=app&password%3D§&x=1"),
    Form("JSON", "value", '{"redis": {"host": "cache", "password": "§"}}', file="x.json"),
    Form("JSON", "number", '{"password": §, "port": 6379}', file="x.json", secret=_NUMBER),
    Form("JSON", "list", '{"passwords": ["§", "other-9x"]}', file="x.json"),
    Form("JSON", "nested", '{"password": {"type": "plain", "is": {"it": "§"}}}', file="x.json"),
    Form("JSON", "a key twice", '{"password": "§", "password": "second-9x"}', file="x.json"),
    Form("JSON", "Kubernetes", '{"env": [{"name": "REDIS_PASSWORD", "value": "§"}]}', file="x.json"),
    Form(
        "JSON", "Kubernetes, value first", '{"env": [{"value": "§", "name": "DB_PASSWORD"}]}', file="x.json"
    ),
    Form("JSON", "CloudFormation", '[{"ParameterKey": "AuthToken", "ParameterValue": "§"}]', file="x.json"),
    Form("JSON", "inside JSON", '{"msg": "{\\"password\\": \\"§\\"}"}', file="x.json"),
    Form("JSON", "in a log line", '12:00 INFO got {"user": "a", "password": "§"} from 10.0.0.1'),
    Form("JSON", "headers as lists", '{"Authorization": ["Basic §"]}', file="x.json", secret=_BASIC),
    Form("JSON", "with comments", '{\n  // here\n  "password": "§",\n}\n', file="x.json"),
    Form("JSON", "a comma too many, number", '{"password": §,}', file="x.json", secret=_NUMBER),
    Form("JSON", "lines", '{"a": 1}\n{"password": "§"}\n', file="x.json"),
    Form("JSON", "cut off", '{"a": {"password": "§"', file="x.json"),
    Form("JSON", "in HTML", "data-config=&quot;{&quot;password&quot;:&quot;§&quot;}"),
    Form("YAML", "value", "redis:\n  host: cache\n  password: §\n", file="x.yaml"),
    Form("YAML", "doubled quotes", "redis:\n  password: 'It''s-§'\n", file="x.yaml"),
    Form("YAML", "on the next line", "redis:\n  replica_password:\n    §\n", file="x.yaml"),
    Form("YAML", "list", "passwords:\n  - §\n  - other-9x\n", file="x.yaml"),
    Form("YAML", "literal block", "redis:\n  password: |\n    §\n  port: 1\n", file="x.yaml"),
    Form("YAML", "folded block", "password: >-\n  §\nport: 1\n", file="x.yaml"),
    Form("YAML", "nested", "password:\n  plain:\n    it: §\n", file="x.yaml"),
    Form("YAML", "Kubernetes", "env:\n  - name: REDIS_PASSWORD\n    value: §\n", file="x.yaml"),
    Form("YAML", "Kubernetes, value first", "env:\n- value: §\n  name: REDIS_PASSWORD\n", file="x.yaml"),
    Form("YAML", "tag and anchor", "password: &pw !!str §\n", file="x.yaml"),
    Form("YAML", "merged by name", "x: &x {redis_password: §}\ny: {<<: *x, port: 1}\n", file="x.yaml"),
    Form("YAML", "template", "{{- if .x }}\nauth:\n  password: §\n{{- end }}\n", file="x.yaml"),
    Form("YAML", "explicit key", "? password\n: §\n", file="x.yaml"),
    Form("YAML", "secret of Kubernetes", "stringData:\n  redis-password: §\n", file="x.yaml"),
    Form("YAML", "broken in quotes", 'password: "§"\n', spelled=_with("\\\n   "), file="x.yaml"),
    Form("Other configurations", ".env", "REDIS_PASSWORD=§\n", file=".env"),
    Form("Other configurations", "ini", "[redis]\npassword = §\n", file="x.ini"),
    Form("Other configurations", "properties", "spring.data.redis.password: §\n", file="x.properties"),
    Form("Other configurations", "TOML", 'password = """\n§"""\n', file="x.toml"),
    Form("Other configurations", "HCL", 'variable "auth_token" {\n  default = "§"\n}\n', file="x.tf"),
    Form("Other configurations", "netrc", "machine cache login app password §\n", file=".netrc"),
    Form("Other configurations", "ADO connection string", "cache:6380,password=§,ssl=True"),
    Form("Other configurations", "PHP", "'redis' => ['host' => 'cache', 'password' => '§'],", file="x.php"),
    Form("Other configurations", "Dockerfile", "ENV REDIS_PASSWORD §\n", file="Dockerfile"),
    Form("Other configurations", "properties, two lines", "redis.password=abc\\\n  §\n", file="x.properties"),
    Form("Other configurations", "Traefik", '- "traefik.http.middlewares.a.basicauth.users=app:§"\n'),
    Form(
        "Other configurations",
        "Traefik, hash",
        'a.basicauth.users: "app:$$apr1$$q8eZFHjF$$§"\n',
        secret=_HASH,
    ),
    Form("Other configurations", "htpasswd", "app:$2y$05$§\n", secret=_HASH),
    Form("Other configurations", "Erlang", '[{rabbit,[{default_pass,<<"§">>}]}].', file="x.config"),
    Form("Programs", "Python's call", "redis.Redis(host='cache', password='§', db=0)"),
    Form("Programs", "Ruby's hash", '{:host=>"cache", :password=>"§"}'),
    Form("Programs", "Go's struct", "&{Addr:cache:6379 Username: Password:§ DB:0}"),
    Form("Programs", "Java's toString", "RedisConfig[host=cache, password=§, port=6379]"),
    Form("Programs", "Node's inspect", "{\n  host: 'cache',\n  password: '§'\n}"),
    Form("Programs", "SQL", "ALTER USER app WITH PASSWORD '§';", file="x.sql"),
    Form("Programs", "SQL, doubled quotes", "CREATE USER a IDENTIFIED BY 'It''s-§';", file="x.sql"),
    Form("Programs", "an argument of auth", 'jedis.auth("§");', file="x.java"),
    Form("Programs", "a setter", 'config.setPassword(RedisPassword.of("§"));', file="x.java"),
    Form("Programs", "an environment's item", 'os.environ["REDIS_PASSWORD"] = "§"', file="x.py"),
    Form("Programs", "PHP's print_r", "Array\n(\n    [host] => cache\n    [password] => §\n)\n"),
    Form("Programs", "PHP's var_dump", 'array(1) {\n  ["password"]=>\n  string(13) "§"\n}\n'),
    Form("Programs", "Rust's debug", 'RedisConnectionInfo { db: 0, username: None, password: Some("§") }'),
    Form("Programs", "Elixir", '%{host: "cache", password: "§", port: 6379}'),
    Form("Programs", "default of a variable", "'password' => env('REDIS_PASSWORD', '§'),", file="x.php"),
    Form("Programs", "||", "const pw = process.env.REDIS_PASSWORD || '§';", secret=_PLAIN),
    Form("Programs", "|| of another name", "  password: process.env.X || '§',", secret=_PLAIN),
    Form("Programs", "??", 'Environment.GetEnvironmentVariable("REDIS_PASSWORD") ?? "§"', secret=_PLAIN),
    Form("Programs", "?:", "'password' => getenv('X') ?: '§',", secret=_PLAIN),
    Form("Programs", "os.environ.get", "password = os.environ.get('X', '§')", secret=_PLAIN),
    Form("Programs", "a default by name", 'PASSWORD = os.getenv("PW", default="§")', secret=_PLAIN),
    Form("Programs", "Ruby's block", "password: ENV.fetch('X') { '§' }", secret=_PLAIN),
    Form("Programs", "unwrap_or", 'env::var("REDIS_PASSWORD").unwrap_or("§".into())', secret=_PLAIN),
    Form("Programs", "orElse", 'Optional.of(getenv("REDIS_PASSWORD")).orElse("§")', secret=_PLAIN),
    Form(
        "Programs", "if, else", "pw = os.environ['REDIS_PASSWORD'] if x in os.environ else '§'", secret=_PLAIN
    ),
    Form("Programs", "Perl", "my $pw = $ENV{REDIS_PASSWORD} // '§';", secret=_PLAIN),
    Form("Programs", "Helm's default", 'password: {{ .Values.pw | default "§" }}', secret=_PLAIN),
    Form("Programs", "Helm's default first", '{{ default "§" .Values.redis.password }}', secret=_PLAIN),
    Form("Programs", "make", "REDIS_PASSWORD ?= §\n", file="Makefile", secret=_PLAIN),
    Form("Programs", "a shell's ||", 'REDIS_PASSWORD="$(cat /run/x || echo §)"', secret=_PLAIN),
    Form("Programs", "a shell's :=", ": ${REDIS_PASSWORD:=§}", secret=_PLAIN),
    Form("Programs", "Spring's @Value", '@Value("${redis.password:§}")', secret=_PLAIN),
    Form("Programs", "typed variable", 'let password: &str = "§";', file="x.rs"),
    Form("Programs", "an option that is set", 'redis.DialPassword("§"),', file="x.go"),
    Form("Programs", "an arrow", "redis.password -> §"),
    Form("Programs", "ioredis' reply error", "ReplyError: WRONGPASS { command: 'AUTH', args: [ '§' ] }"),
    Form("Programs", "a sentence", "Password for redis is: §"),
    Form("Programs", "another language", "密码: §"),
    Form(
        "Tables",
        "Markdown, names and values",
        "| name | value |\n|---|---|\n| password | `§` |\n",
        file="x.md",
    ),
    Form("Tables", "Markdown, a column", "| user | password |\n|---|---|\n| app | § |\n", file="x.md"),
    Form("Tables", "psql", " id | api_token \n----+-----------\n  1 | §\n"),
    Form(
        "Tables", "mysql", "+----+--------+\n| id | secret |\n+----+--------+\n|  1 | § |\n+----+--------+\n"
    ),
    Form("Tables", "columns", "NAME    PASSWORD        AGE\ncache   §   5d\n"),
    Form("Tables", "names and values in columns", "host            cache\nredis_password  §\n"),
    Form("Tables", "CSV", 'user,password,host\napp,"§",cache\n', file="x.csv"),
    Form("Tables", "TSV", "user\tpassword\tid\napp\t§\t7\n", file="x.tsv"),
    Form("Tables", "CSV of names and values", "name,value\nHOST,a\nREDIS_PASSWORD,§\n", file="x.csv"),
    Form("Tables", "Markdown's list", "- **password**: `§`\n", file="x.md"),
    Form(
        "Tables",
        "CSV, doubled quotes",
        'user;password\napp;"§"\n',
        file="x.csv",
        spelled=_doubled,
        secret=f'a"{SIMPLE}',
    ),
    Form("XML", "element", "<redis><password>§</password></redis>", file="x.xml"),
    Form("XML", "CDATA", "<password><![CDATA[§]]></password>", file="x.xml"),
    Form("XML", "attribute", '<redis host="cache" password="§"/>', file="x.xml"),
    Form("XML", "name and value", '<property name="redis.password" value="§"/>', file="x.xml"),
    Form("XML", "key and value", '<add value="§" key="RedisPassword" />', file="x.config"),
    Form("XML", "entry", '<entry key="password">§</entry>', file="x.xml"),
    Form("XML", "name beside value", "<name>auth.token</name>\n<value>§</value>", file="x.xml"),
    Form("XML", "property list", "<key>password</key><string>§</string>", file="x.plist"),
    Form("XML", "web.xml", "<param-name>password</param-name><param-value>§</param-value>", file="x.xml"),
    Form("HTML", "link without quotes", "<html><a href=redis://:§@db>x</a></html>", file="x.html"),
    Form("HTML", "input", '<html><input name="password" value="§"></html>', file="x.html"),
    Form("HTML", "input without quotes", "<html><input type=password value=§></html>", file="x.html"),
    Form("HTML", "row", "<html><tr><td>password</td><td>§</td></tr></html>", file="x.html"),
    Form(
        "HTML",
        "column",
        "<html><tr><th>user</th><th>password</th><th>db</th></tr>"
        "<tr><td>app</td><td>§</td><td>0</td></tr></html>",
        file="x.html",
    ),
    Form("HTML", "description list", "<html><dl><dt>requirepass</dt><dd>§</dd></dl></html>", file="x.html"),
    Form("HTML", "markup between", "<html><b>password</b>: <code>§</code></html>", file="x.html"),
    Form("HTML", "data of an element", '<html><div data-password="§">x</div></html>', file="x.html"),
    Form("HTML", "script", '<html><script>var c={password:"§"}</script></html>', file="x.html"),
    Form("Colours", "value", "password=\x1b[35m§\x1b[0m"),
    Form("Colours", "key and sign", "\x1b[36mpassword\x1b[0m\x1b[2m=\x1b[0m\x1b[35m'§'\x1b[39m"),
    Form("Colours", "written out", "\\u001b[36mpassword\\u001b[0m=\\u001b[35m§\\u001b[0m"),
    Form("Colours", "inside the value", "password=§", spelled=_with("\x1b[0m\x1b[35m")),
    Form("Invisible characters", "in the key", "pass\u200bword=§"),
    Form("Invisible characters", "in the key, as an entity", "pass&shy;word=§"),
    Form("Invisible characters", "in the key, as a number", "pass&#8203;word: §"),
    Form("Invisible characters", "in the key, written out", "pass\\u200bword=§"),
    Form("Invisible characters", "a place to break", "pass<wbr>word: §"),
    Form("Invisible characters", "no-break spaces", "requirepass\u00a0§"),
    Form("Invisible characters", "quotes of a word processor", "password: \u201c§\u201d"),
    Form("Invisible characters", "zero width space", "password=§", spelled=_with("\u200b")),
    Form("Invisible characters", "soft hyphen", "password=§", spelled=_with("\u00ad")),
    Form("Invisible characters", "grapheme joiner", "password=§", spelled=_with("\u034f")),
    Form("Invisible characters", "direction", "password=§", spelled=_with("\u202e")),
    Form("Invisible characters", "variation selector", "password=§", spelled=_with("\ufe0f")),
    Form("Encodings", "UTF-16 with a mark", "requirepass §\n", encoded=lambda text: text.encode("utf-16")),
    Form("Encodings", "UTF-16", "requirepass §\n", encoded=lambda text: text.encode("utf-16-le")),
    Form(
        "Encodings", "UTF-16, big end first", "requirepass §\n", encoded=lambda text: text.encode("utf-16-be")
    ),
    Form("Encodings", "UTF-32 with a mark", "requirepass §\n", encoded=lambda text: text.encode("utf-32")),
    Form("Encodings", "UTF-32", "requirepass §\n", encoded=lambda text: text.encode("utf-32-le")),
    Form("Long", "beyond 4,000 characters", "requirepass §\n", secret="Ab9x" * 2000 + "Tail"),
    Form("Registrations", "PHP's serialize", 'a:1:{s:8:"password";s:13:"§";}'),
    Form("Registrations", "msgpack", "\udc82\udca4host\udca1w\udca8password\udcad§"),
    Form("Registrations", "CBOR", "\udca1hpasswordm§"),
    Form("Registrations", "pickle", "\udc80\x04}\udc94\udc8c\x08password\udc94\udc8c\r§\udc94s."),
    Form("Registrations", "pickle of version 0", "(dp0\nVpassword\np1\nV§\np2\ns."),
    Form("Registrations", "protocol buffers", "\n\x08password\x12\r§\x1a\x01x"),
    Form("Registrations", "Java", "\udcac\udced\x00\x05t\x00\x08passwordt\x00\r§"),
    *(
        Form(group, f"{name}, written again", f"it says {PLACE} there", "known", spelled, secret=AWKWARD)
        for group, name, spelled in RESPELLINGS
    ),
)
