"""Real-looking commands, judged by hand: what the table of programs must say of each."""

from __future__ import annotations

import pytest

from runbooklab.shell.judge import judge
from runbooklab.shell.programs import built_in_programs

#: kind -> commands of that kind, one a line.
LINES = {
    "live": r"""
curl -u "guest:$password" http://localhost:15672/api/overview
curl -u "$login" http://localhost:15672/api/overview
grep -c "password=" app.log
GOOGLE_CREDENTIALS=/etc/app/auth.json && date
journalctl -u app | grep -i "password: wrong"
kubectl get pods
kubectl get pods -A -o wide
kubectl -n monitoring get pods -l app=prometheus --sort-by=.metadata.creationTimestamp
kubectl get pod "$POD" -n $NAMESPACE -o jsonpath='{.status.phase}'
kubectl get events --sort-by=.lastTimestamp | tail -n 20
kubectl get nodes -o json | jq -r '.items[] | select(.spec.unschedulable) | .metadata.name'
kubectl get secret
kubectl get secrets -n kube-system -o name
kubectl get --raw /readyz?verbose
kubectl get --raw='/apis/metrics.k8s.io/v1beta1/nodes'
kubectl describe node ${NODE:-worker-1}
kubectl describe secret db
kubectl logs deploy/api --tail=100 --since=10m
kubectl logs -l app=api -c main --previous
kubectl -n ingress logs $(kubectl -n ingress get pods -o name | head -n 1) | grep -i error
kubectl top pods --containers
kubectl top node
kubectl version --client
kubectl cluster-info
kubectl api-resources --namespaced=true
kubectl auth can-i list pods --as=system:serviceaccount:default:x
kubectl config current-context
kubectl config view --minify
kubectl config get-contexts
kubectl rollout history deploy/api
kubectl rollout status deploy/api --watch=false
kubectl explain pod.spec
kubectl exec -it api-0 -c main -- df -h
kubectl exec api-0 -- sh -c 'ps aux | grep java'
kubectl exec etcd-0 -n kube-system -- etcdctl endpoint status --cluster -w table
kubectl wait --for=condition=Ready pod/x --timeout=10s
oc get clusteroperators
oc get co -o yaml
oc adm top nodes
oc adm node-logs --role=master -u kubelet
oc adm upgrade
oc status
oc whoami
oc whoami --show-server
oc rsh -n openshift-etcd etcd-0 etcdctl member list -w table
oc -n openshift-storage rsh $TOOLS ceph status
oc get machineconfigpool worker -o custom-columns=NAME:.metadata.name
oc image info quay.io/x/y:1
docker ps -a --filter status=exited
docker ps --format '{{.Names}}: {{.Status}}'
docker inspect -f '{{.State.Health.Status}}' web
docker logs --tail 50 web 2>&1 | grep -c ERROR
docker stats --no-stream
docker images -q
docker info
docker version
docker top web
docker port web
docker network ls
docker network inspect bridge
docker volume ls -q
docker system df
docker compose ps
docker compose -f docker-compose.yml logs --tail=20 api
docker compose ls
docker exec web cat /etc/hosts
docker exec -it cache redis-cli ping
docker exec cache redis-cli -a "$PASSWORD" info memory
podman ps
crictl ps -a
crictl logs --tail 20 abc
helm list -A
helm status api -n prod
helm history api
curl -s http://localhost:9090/-/healthy
curl -sS -o /dev/null -w '%{http_code}\n' https://example.com/health
curl -fsSL --max-time 5 https://example.com/status | jq .
curl -I https://example.com
curl -k -H "Authorization: Bearer $TOKEN" https://api/v1/nodes
curl -X GET "http://es:9200/_cat/indices?v"
curl -sG --url http://prom:9090/api/v1/query?query=up
curl localhost:8080/metrics | grep http_requests | head -n 3
curl --unix-socket /var/run/docker.sock http://localhost/version
wget -qO- http://localhost:8080/health
wget --spider -S https://example.com
echo "checking $HOST"
echo done
printf '%s\n' "$X"
grep -rn "timeout" /etc/nginx
grep -c processor /proc/cpuinfo
egrep -i 'error|fatal' /var/log/syslog
zgrep -h panic /var/log/app.log.1.gz
fgrep -e foo -e bar file.txt
cat /etc/resolv.conf
cat /proc/meminfo | head
tail -n 100 /var/log/messages
tail -50 /var/log/messages
head -20 /etc/passwd
less /var/log/messages
cat /var/log/messages | less
more README
sort -k2 -rn data.txt | uniq -c
cut -d: -f1 /etc/passwd | sort -u
tr a-z A-Z
wc -l /etc/hosts
awk '{print $1, $NF}' access.log
awk -F: '$3 >= 1000 {print $1}' /etc/passwd
awk '/error/ {n++} END {print n/2}' log
awk '{ if ($9 > 499) c++ } END { printf "%d\n", c }' access.log
awk '$5+0 > 80 { print ($5 > 90), $6 }' disk.txt
sed -n '10,20p' file
sed 's/foo/bar/g; s|/a|/b|' file
sed -n '/BEGIN/,/END/p' file
sed -e '1d' -e '$!d' file
jq '.items | length' pods.json
jq -r --arg n "$NAME" '.[] | select(.name == $n)' f.json
yq '.spec.replicas' deploy.yaml
diff -u a.conf b.conf
cd /var/log
cd /var/log && ls -lt | head
ls -la /etc
ls -lh *.log
stat -c '%U %a' /etc/shadow.d
file /bin/ls
find /var/log -name '*.log' -mtime -1
find /etc -type f -newer /etc/hosts -exec grep -l pool {} +
find . -maxdepth 1 -size +100M -exec ls -lh {} \;
find /tmp -name '*.sock' -print0 | xargs -0 ls -l
df -h
df -hT /var
df -i
du -sh /var/log
du -xh --max-depth=1 /var | sort -h | tail -n 5
lsblk -f
mount | grep nfs
findmnt /data
lsof -i :8080
lsof -nP -iTCP -sTCP:LISTEN
lsof -p 1234
fuser -v 8080/tcp
ps aux
ps -ef | grep [n]ginx
ps -eo pid,ppid,%mem,rss,args --sort=-rss | head
ps axo pid,comm
pgrep -fl java
top -b -n 1 | head -n 20
top -bn1
uptime
free -m
free -h
vmstat 1 5
iostat -xz 1 3
mpstat -P ALL 1 2
sar -u 1 3
date
date -u +%FT%TZ
hostname -f
uname -a
id
whoami
getent hosts db.internal
which python3
sysctl net.core.somaxconn
sysctl -a | grep vm.
dmesg -T | tail -n 30
systemctl status nginx
systemctl status nginx.service --no-pager -l
systemctl is-active sshd
systemctl --failed
systemctl list-units --type=service --state=failed
systemctl show -p MainPID nginx
systemctl cat nginx
sudo systemctl status docker
sudo -n ss -ltnp
journalctl -u nginx -n 50
journalctl -xeu kubelet --no-pager
journalctl --since "1 hour ago" -p err
journalctl --disk-usage
timedatectl
chronyc tracking
nc -zv db 5432
nc -z -w 3 db 5432 && echo open
dig +short example.com
dig @8.8.8.8 example.com MX
dig -x 10.0.0.1
host example.com
nslookup example.com 10.0.0.10
ping -c 3 example.com
traceroute -n example.com
mtr -r -c 5 example.com
ip addr
ip a show eth0
ip -br addr show
ip route
ip route get 8.8.8.8
ip -s link show dev eth0
ip neigh
ss -s
ss -tulpn
ss -tan state established
netstat -tulpn
netstat -an | grep -c TIME_WAIT
iptables -L -n -v
iptables -t nat -S
nft list ruleset
ethtool eth0
openssl x509 -in cert.pem -noout -enddate
openssl s_client -connect web:443 -servername web </dev/null 2>/dev/null | openssl x509 -noout -dates
echo | openssl s_client -connect db:5432 -starttls postgres
openssl verify -CAfile ca.pem cert.pem
redis-cli ping
redis-cli -h cache -p 6379 INFO replication
redis-cli --no-auth-warning -a $PW slowlog get 10
redis-cli config get maxmemory
redis-cli client list
redis-cli -n 1 dbsize
redis-cli memory usage key
redis-cli scan 0 match 'a:*' count 100
psql -U app -d app -c "select count(*) from jobs where state = 'failed'"
psql -c 'SHOW max_connections'
psql -l
pg_isready -h db
consul members
consul operator raft list-peers
consul kv get -keys app/
etcdctl get / --prefix --keys-only
etcdctl endpoint health
etcdctl alarm list
ceph -s
ceph health detail
ceph osd tree
ceph df
rabbitmqctl list_queues name messages
rabbitmqctl cluster_status
nginx -v
apachectl -t
promtool check config prometheus.yml
promtool query instant http://localhost:9090 up
amtool alert query alertname=X --alertmanager.url=http://am:9093
amtool silence query
gcloud compute instances list --filter="name~web"
gcloud container clusters describe main --zone europe-west1-b
gcloud logging read "severity>=ERROR" --limit 10
aws ec2 describe-instances --instance-ids i-1
aws s3 ls s3://bucket/prefix/
aws sts get-caller-identity
aws cloudwatch get-metric-statistics --namespace AWS/RDS --metric-name CPUUtilization
git log --oneline -n 5
git status
git -C /srv/app rev-parse HEAD
git diff HEAD~1 -- src
git branch -a
git remote -v
git show --stat HEAD
terraform state list
export NAMESPACE=prod; kubectl get pods -n $NAMESPACE
NS=default kubectl=1; kubectl get pods -n "$NS"
TZ=UTC date
env LANG=C df -h
time kubectl get nodes
timeout 10 curl -s http://localhost/
nice -n 10 du -sh /var
nohup df -h
sh -c 'df -h | tail -n 1'
bash -c "uptime"
[ -f /etc/hosts ] && echo there || echo missing
test -d /data
kubectl get pods -o name | xargs -n 1 kubectl describe
docker ps -q | xargs docker inspect
cat hosts | xargs -I{} dig +short {}
sleep 2
/usr/bin/free -m
kubectl get nodes > /dev/null 2>&1
ls missing 2>/dev/null || true
smartctl -l error /dev/sda
smartctl -x /dev/sda
smartctl --scan
mdadm --detail /dev/md0
mdadm --detail --scan
service postgresql@16-main status
nft list table inet filter
kubectl get secret x -o jsonpath={.metadata.name}
etcdctl get /registry/secrets --prefix --keys-only
etcdctl get /registry/pods/default/x
redis-cli config get maxmemory*
terraform output
jq '.spec.containers[].env' pod.json
jq '{env: .x}' f
curl 'http://prom:9090/api/v1/query?query=increase(kube_pod_container_status_restarts_total)'
psql -c "SELECT pid, now() - xact_start AS age FROM pg_stat_activity WHERE (state <> 'idle') ORDER BY 2"
psql -c 'WITH a AS (SELECT 1 AS n) SELECT * FROM a'
psql -c '\dt+ public.*'
mysql -e 'SHOW REPLICA STATUS\G'
mysql -h db -u root -e 'SHOW FULL PROCESSLIST;'
mysql -N -e "SELECT id, time FROM information_schema.processlist WHERE command <> 'Sleep' AND time > 60"
mysql -e "SHOW GLOBAL STATUS LIKE 'Threads%'"
kubectl exec db-0 -- mysql -uroot -e 'SHOW ENGINE INNODB STATUS\G'
kubectl exec kafka-0 -- kafka-topics.sh --bootstrap-server localhost:9092 --describe --exclude-internal
kubectl exec kafka-0 -- kafka-configs.sh --bootstrap-server localhost:9092 --entity-type topics --describe
kafka-consumer-groups.sh --bootstrap-server kafka:9092 --group payments --state
kafka-log-dirs.sh --bootstrap-server kafka:9092 --describe --topic-list t
kafka-run-class.sh kafka.tools.GetOffsetShell --broker-list kafka:9092 --topic t --time -2
kafka-metadata-quorum.sh --bootstrap-server kafka:9092 describe --status
nodetool -h 10.0.0.3 -u cassandra -pw x status
nodetool compactionstats -H
sinfo -N -l
squeue -ho %A -t R -u alice
scontrol -d show job 1234
sacct -j 1234 --format=JobID,State,ExitCode
sacctmgr list associations
postconf -n myhostname
qshape -s deferred
exim -bpc
vault operator raft list-peers
vault secrets list -detailed
nomad node status -self
nomad operator raft list-peers
aws logs tail /aws/lambda/x --since 1h
gcloud builds describe 1 --region=us-west2
gcloud compute backend-services get-health b --global
az network nsg rule list -g g --nsg-name n -o table
az monitor metrics list --resource r --metric 'Percentage CPU'
rabbitmq-diagnostics check_if_node_is_quorum_critical
ceph pg 1.2f query
ceph daemon mon.a mon_status
rados list-inconsistent-obj 1.2f --format=json-pretty
curl -sG http://prom:9090/api/v1/query --data-urlencode 'query=rate(restarts_total[5m]) > 0'
vtysh -c 'show ip bgp summary'
birdc show protocols all
bridge fdb show br br0
ipvsadm -Ln
ipset list blocked
wg show wg0 latest-handshakes
rndc status
unbound-control stats_noreset
tcpdump -nn -r /tmp/x.pcap port 53
ipmitool sel elist
systemd-analyze blame
tune2fs -l /dev/sda1
ls -l /dev/disk/by-id/
df -h /dev/sda1
base64 -d f | gunzip | jq .
gunzip -c access.log.1.gz
curl -XGET localhost:9200/_cat/thread_pool/write?v
kubectl get pods -v=6
kubectl exec p -- sh -c 'grep -c error ./*'
docker exec c sh -c 'cat /var/log/*.log'
""",
    "mutating": r"""
kubectl delete pod api-0
kubectl apply -f deploy.yaml
kubectl -n prod scale deploy/api --replicas=3
kubectl edit cm settings
kubectl patch node x -p '{}'
kubectl label node x a=b
kubectl run -it --rm debug --image=busybox -- sh
kubectl rollout restart deploy/api
kubectl drain node-1
kubectl cordon node-1
kubectl cp pod:/a /b
kubectl create -f x.yaml
kubectl config use-context prod
kubectl exec api-0 -- rm /tmp/x
kubectl exec api-0 -- sh -c 'df -h; kill 1'
kubectl get pods -o name | xargs kubectl delete
kubectl get pods | xargs -n1 -I{} sh -c 'x' && rm y
oc debug node/worker-0
oc adm drain node
oc adm must-gather
oc login https://api
oc project foo
oc rsh pod rm -rf /data
oc adm upgrade --to-latest
docker restart web
docker rm -f web
docker run --rm alpine ls
docker exec web kill 1
docker exec cache redis-cli flushall
docker compose up -d
docker compose down
docker system prune -f
docker pull nginx
podman stop x
helm upgrade api ./chart
helm rollback api 1
curl -X POST http://localhost/-/reload
curl -XDELETE http://es:9200/index
curl -d '{"a":1}' http://localhost/api
curl --data-binary @f http://localhost/api
curl -o out.txt http://localhost/
curl -O http://localhost/file
curl -H 'X-HTTP-Method-Override: DELETE' http://localhost/
curl -c jar http://localhost/
curl -T file http://localhost/
curl -w '%output{/tmp/x}' http://localhost/
wget http://example.com/file
rm -rf /tmp/x
mv a b
chmod +x run.sh
chown root x
mkdir -p /data
touch /tmp/x
cp a b
ln -s a b
tee /etc/x
truncate -s 0 log
dd if=/dev/zero of=/x
sed -i 's/a/b/' f
sed --in-place=.bak 's/a/b/' f
sort -o out in
find /var/log -mtime +7 -delete
find /tmp -exec rm {} +
find . -fprint /tmp/x
find . -execdir mv {} /tmp \;
tar xzf x.tgz
tar --to-command=sh -xf x.tar
kill -9 1234
pkill -f java
reboot
fuser -k 8080/tcp
systemctl restart nginx
sudo systemctl stop nginx
systemctl daemon-reload
systemctl reset-failed
service nginx restart
journalctl --vacuum-size=500M
sysctl -w vm.swappiness=1
dmesg -C
ss -K dst 10.0.0.1
ip link set eth0 down
ip addr add 10.0.0.1/24 dev eth0
ip route del default
redis-cli flushall
redis-cli -h cache DEL key
redis-cli config set maxmemory 1gb
redis-cli client kill id 3
amtool alert add foo
amtool silence add alertname=X
etcdctl put a b
etcdctl defrag
etcdctl snapshot save /x
rabbitmqctl purge_queue q
ceph osd out 1
consul kv put a b
nginx -s reload
git push
git checkout main
git pull
git commit -m x
gcloud compute instances delete x
aws ec2 terminate-instances --instance-ids i-1
aws s3 rm s3://bucket/x
aws s3 cp a s3://bucket/x
terraform apply
ansible-playbook site.yml
apt-get install -y jq
yum install jq
apt install jq
useradd x
X=delete; kubectl $X pod y
env LANG=C rm x
timeout 5 rm x
sudo rm x
watch rm x
echo $(rm x)
echo "`rm x`"
crontab -r
logger hello
psql -f migrate.sql
mount | tee /tmp/x
yum history undo 5
nginx -t -c evil.conf
rpm -ivh x.rpm
pip install x
docker service scale x=3
redis-cli latency reset
ceph osd blocklist add x
cargo --version && touch x
docker -H tcp://elsewhere ps
git -c core.pager=x log
aws s3api get-object --bucket b --key k out
journalctl --rotate
journalctl --flush
journalctl --vacuum-time=7d
docker -H history rm c
docker -n 5 logs x
service ../../tmp/x status
service .. status
kafka-topics.sh --describe --bootstrap-server x --delete
kafka-configs.sh --describe --bootstrap-server x --alter --add-config a=b
kafka-consumer-groups.sh --bootstrap-server x --group g --reset-offsets --to-earliest --execute
nodetool repair -pr
nodetool gcstats
scontrol update NodeName=n State=drain
scancel 1234
sacctmgr show runawayjobs
postconf name=value
postconf -e name=value
postsuper -d ALL
exim -bp -qff
ipmitool sel clear
vault operator step-down
nomad job stop x
az vm restart -g g -n n
curl -G -X POST -d a=b http://h
curl --data-urlencode q=x http://h
wg set wg0 x
birdc down
rndc reload
unbound-control stats
tune2fs -l -c 0 /dev/sda1
swapon --show -a
""",
    "unknown": r"""
frobnicate --all
./check.sh
/opt/app/bin/status
make test
python3 script.py
perl -e 'unlink "x"'
bash deploy.sh
eval "$CMD"
source env.sh
kubectl frob
kubectl $VERB pods
$CMD get pods
kubectl --kubeconfig ./evil.yaml get pods
kubectl get pods --frob
kubectl get --raw /api/v1/namespaces/x/services/y/proxy/shutdown
kubectl exec api-0 df
docker exec web sh -c 'cat $FILE'
docker exec web sh -c 'echo $(id)'
docker exec web sh -c 'find *'
docker exec web ./tool
curl http://localhost/admin/restart
curl file:///etc/passwd
curl 'http://host/{a,b}'
curl -K conf
curl -x http://proxy http://localhost/
curl --frob http://localhost/
grep --inc=x pattern file
journalctl --vac=1s
date 0101
hostname newname
uniq in out
xxd a b
openssl x509 -in a -out b
openssl enc -d -in a
awk 'BEGIN { system("rm x") }'
awk '{ print > "out" }' f
awk '{ print | "sh" }' f
awk '{ print $1,
$2 > "out" }' f
awk 'BEGIN { while ("ls" | getline x) print x }'
awk -f prog.awk f
awk "@load \"filefuncs\"" f
sed 's/a/b/w out' f
sed '1e id' f
sed 's/a/b/e' f
sed 'w out' f
sed -n '/x/{p;w out
}' f
sed 's/[/]/x/w f/' f
sysctl vm.swappiness=1
psql -c "select pg_terminate_backend(1)"
psql -c "delete from jobs"
psql -c "select 1; drop table x"
psql -c "explain analyze delete from x"
psql -c '\! rm x'
redis-cli keys '*'
redis-cli --bigkeys
LD_PRELOAD=/tmp/x.so ls
PATH=/tmp:$PATH ls
export KUBECONFIG=/tmp/evil
GIT_SSH_COMMAND=x git status
FOO=bar ls
PAGER='sh -c id' git log
git log --output=x
git diff --ext-diff
find . -exec sh -c 'cat {}' \;
find . -exec awk '{}' \;
find . -exec {} \;
find . -files0-from x
xargs
echo a | xargs -I{} sh -c 'echo {}'
sudo -u postgres psql -c 'select 1'
sudo -i
cat /dev/watchdog
cat /proc/kmsg
cat /proc/./kmsg
head -n 1 /sys/kernel/debug/tracing/trace_pipe
head -c 10 /dev/sda
aws ec2 describe-instances --cli-input-json file://x
iptables -F
dig -f names
ping -f host
nc -l 8080
nc host 80
etcdctl check perf
sort --files0-from=x
set -e
unset X
kubctl get pods
kubectl get pods; frob
lsof -D b
find . -- -delete
find -- -delete
numactl -m 0 rm x
git reflog expire
nmcli con up x
ovs-vsctl list-ports br -- del-br br
curl http://host/flushCache
kubectl exec -- pod ls
python3 --version -c x
X=aaaa; env X=$X ls
openssl req -newkey rsa:2048 -keyout k
smartctl -l scterc,70,70 /dev/sda
mdadm --scan
mdadm /dev/md0 /dev/sdb
nft list ruleset ';' flush ruleset
nft list table 'inet filter; flush ruleset'
curl http://h/%72estart
curl http://h/re%6Coad
curl http://h/[r-r]estart
curl 'http://h/x?action=delete'
curl 'http://h/?cmd=restart&x=1'
curl 'http://h/?flushAll'
curl --url @f
kubectl get --raw /api/v1/namespaces/x/pods/y/proxy/%72estart
kubectl get --raw '/api/v1/pods?watch=true'
psql -c 'SELECT evil.now()'
psql -c 'SELECT x.lower(y) FROM z'
psql -c 'SELECT count(*) FROM x /* ( */'
psql -c 'EXPLAIN (ANALYZE) SELECT 1'
psql -c 'SELECT rolpassword FROM pg_authid'
mysql -e 'DROP TABLE x'
mysql -e 'SELECT 1; DROP TABLE x'
mysql -e "SELECT * FROM x INTO OUTFILE '/tmp/x'"
mysql -e 'SELECT /*! SLEEP(1) */ 1'
mysql -e '\! rm x'
mysql -e 'SELECT sleep(5)'
mysql -e "SELECT load_file('/etc/passwd')"
mysql -e 'SELECT get_lock("a", 1)'
mysql -e 'SELECT x.f()'
mysql -e 'SELECT 1 FOR UPDATE'
mysql -e 'SELECT @a := 1'
mysql -e 'SELECT * FROM mysql.user'
mysql -e 'SHOW GRANTS'
mysql -e 'SHOW VARIABLES WHERE sleep(5)'
curl -G -d @f http://h
curl -G --data-urlencode x@/etc/passwd http://h
curl -G -d action=delete http://h
vtysh -c 'show running-config'
vtysh -c 'show ip route' -c 'configure terminal'
lldpcli show neighbors ';' configure x
bridge fdb add x
ipset list ';' destroy x
ipvsadm -LZ
nstat -rs
sdiag -r
arping -U -c 1 x
dmsetup ls --exec x
multipath -ll -F
hdparm -IY /dev/sda
systemd-analyze set-log-level debug
kafka-reassign-partitions.sh --verify --bootstrap-server x
zookeeper-shell.sh h delete /x
mysql mysql -e 'SELECT * FROM user'
kubectl get secret x -v=9
aws s3 ls --debug
cat /proc/kcore
strings /proc/1/mem
tail /proc/kmsg
head /sys/kernel/debug/tracing/trace_pipe
curl http://h/%2572estart
curl 'http://h/solr/admin/cores?action=UNLOAD&core=x'
curl 'http://h/solr/x/dataimport?command=full-import'
curl http://h/jenkins/safeRestart
curl http://h:15000/quitquitquit
curl http://h/cgi-bin/poweroff
curl http://h/api/jobs/1/cancel
curl http://h/start
curl 'http://h/api?_method=delete'
kubectl get --raw /api/v1/namespaces/x/pods/y/exec?command=ls
""",
    "unbounded": r"""
tail -f /var/log/messages
tail -F x | grep y
kubectl get pods -w
kubectl logs -f api-0
kubectl port-forward svc/x 8080:80
kubectl proxy
kubectl rollout status deploy/api
kubectl wait --for=condition=Ready pod/x
docker logs -f web
docker stats
docker events
docker compose logs -f
journalctl -f
journalctl -fu nginx
sudo journalctl -u nginx -f
ping example.com
vmstat 1
iostat -x 2
watch kubectl get pods
watch -n 5 'df -h | tail'
tcpdump -i any port 53
strace -p 1
redis-cli monitor
ceph -w
netstat -c
kubectl get pods -Aw
kubectl logs api -pf
nomad alloc logs -f 8ba85cef
aws logs tail x --follow
kafka-console-consumer.sh --bootstrap-server x --topic t
redis-cli --latency
squeue -i 5
""",
    "interactive": r"""
vi /etc/hosts
vim x
nano x
top
htop
crontab -e
redis-cli
redis-cli -h cache
psql
psql -U app app
mysql -u root
mtr example.com
su - postgres
kubectl attach pod
oc rsh pod
docker exec web less /etc/hosts
""",
    "remote": r"""
ssh host
ssh -t root@host 'systemctl status nginx'
scp host:/x .
gcloud compute ssh vm
for_nothing=1; ssh host uptime
""",
    "reveals": r"""
curl -u guest:guest http://localhost:15672/api/overview
curl -s http://guest:guest@localhost:15672/api/overview | jq .
curl -H "Authorization: Bearer abcdef123456" http://x/
redis-cli -a hunter2 ping
PGPASSWORD=hunter2 psql -h db -c 'select 1'
psql postgresql://app:hunter2@db/shop -c 'select 1'
timeout 5 redis-cli --pass hunter2 ping
env
env | grep PATH
printenv
printenv PASSWORD
kubectl get secret db -o yaml
kubectl get secret/db -o jsonpath='{.data.password}' | base64 -d
kubectl get cm,secret -o json
oc get secrets -o go-template='{{.data}}'
oc whoami -t
kubectl config view --raw
docker compose config
helm get values api
vault read secret/x
aws secretsmanager get-secret-value --secret-id x
cat ~/.ssh/id_rsa
cat /etc/shadow
cat .env
grep PASSWORD /proc/1/environ
ps auxe
getent shadow
kubectl get secret x -o 'jsonpath={.metadata.name}{.data}'
kubectl get secret x -o 'jsonpath={.items[*].metadata.name}{.items[*].data}'
kubectl get -f secret.yaml -o yaml
kubectl get --raw /api/v1/namespaces/x/%73ecrets
helm get manifest x
etcdctl get /registry/secrets --prefix
etcdctl get / --prefix
etcdctl get '' --from-key
etcdctl get /registry/secrets/default/x
redis-cli config get '*'
redis-cli config get 'require*'
redis-cli config get maxmemory requirepass
ip xfrm state
terraform output -json
terraform output password
aws ec2 describe-instance-attribute --instance-id i --attribute userData
jq -n env
jq -n '$ENV.HOME'
jq 'include "x"; .' f
yq -n 'load_str("/etc/shadow")'
yq -n 'strenv(HOME)'
ps aux e
ps -eo pid,environ
curl http://169.254.169.254/latest/meta-data/iam/security-credentials/role
curl http://h/actuator/heapdump
curl http://vault:8200/v1/secret/data/app
cat /etc/kubernetes/admin.conf
cat /etc/ssl/private/x.pem
cat prod.env
cat app-secrets.yaml
cat ~/.bash_history
docker exec c sh -c 'cat /etc/sh?dow'
docker exec c sh -c 'cat ./../etc/shad*'
kubectl exec p -- sh -c 'cat /root/.ssh/id_*'
kubectl exec p -- sh -c 'cat /run/secrets/*'
vault token lookup
az keyvault secret show --vault-name v -n s
az storage account keys list -n x
wg showconf wg0
gunzip -c /etc/shadow.gz
""",
    "unparsable": r"""
for p in a b; do echo $p; done
while true; do date; done
if true; then ls; fi
cat > /etc/x
echo a >> log
cat <<EOF
kubectl get pods <namespace>
(cd /tmp; ls)
{ ls; }
ls &
echo $((1+1))
[[ -f x ]] && ls
f() { ls; }
diff <(ls a) <(ls b)
echo {1..3}
ls ${X%/*}
X=(a b)
echo 'a
echo $(ls
! ls
ls |& cat
cmd 2> err.txt
echo $1
""",
    "empty": """
# nothing
""",
}


def _cases() -> list[tuple[str, str]]:
    """A line that ends within a quote goes on with the next one, as in a shell."""
    cases: list[tuple[str, str]] = []
    for kind, lines in LINES.items():
        held = ""
        for line in lines.strip().splitlines():
            held = f"{held}\n{line}" if held else line
            if kind == "unparsable" or held.count("'") % 2 == 0:
                cases.append((kind, held))
                held = ""
    return cases


@pytest.mark.parametrize(("kind", "line"), _cases())
def test_a_command_is_what_a_person_says_it_is(kind: str, line: str) -> None:
    """Each line gets the kind that a person gave it."""
    ruling = judge(line, built_in_programs())
    assert ruling.kind == kind, ruling.reason


def test_there_are_enough_lines() -> None:
    """The table of lines covers each kind, and each line is there once."""
    cases = _cases()
    assert len(cases) >= 250
    assert len({line for _, line in cases}) == len(cases)


@pytest.mark.parametrize(
    ("script", "meant"),
    [
        ("kubctl get pods", "is it kubectl?"),
        ("chroot /host", ""),
        ("jornalctl -u nginx", "is it journalctl?"),
    ],
)
def test_only_what_looks_mistyped_is_told_the_nearest_name(script: str, meant: str) -> None:
    """A program that the table lacks is not taken for another one that resembles it a little."""
    reason = judge(script, built_in_programs()).reason
    assert meant in reason
    assert ("is it" in reason) == bool(meant)


@pytest.mark.parametrize(
    ("script", "kind"),
    [("NODE_NAME=worker-1; kubectl describe node $NODE_NAME", "live"),
     ("NODE_PATH=/tmp/x; kubectl describe node a", "unknown"),
     ("NODE_NAMES=a; kubectl get pods", "unknown"),
     ("NODE_OPTIONS=--require=/tmp/x.js; kubectl get pods", "unknown")],
)  # fmt: skip
def test_a_variable_named_after_a_node_of_a_cluster_may_be_set(script: str, kind: str) -> None:
    """The program node reads other variables of that beginning, and they stay refused."""
    assert judge(script, built_in_programs()).kind == kind
