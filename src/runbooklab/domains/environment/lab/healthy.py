"""Projects that look odd and work."""

from __future__ import annotations

import os

from runbooklab.domains.environment.lab.testbed import SETTINGS, ProjectTestbed
from runbooklab.lab.fault import Healthy
from runbooklab.lab.testbed import Situation


def _sound(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    venv = testbed.venv()
    testbed.installed(venv, "redis", "5.0.1")
    testbed.put("requirements.txt", "redis>=5\n")
    testbed.models({"anna.onnx": os.urandom(50_000)})
    return testbed.situation()


def _odd_settings(testbed: ProjectTestbed) -> Situation:
    testbed.project(
        env=f"{SETTINGS}\n# a comment\nexport VOICE='anna bell' # best\n"
        'GREETING="it\'s fine"\nEMPTY=\nDATA=${HOME}/x\n'
    )
    return testbed.situation(env_file_readers="compose,shell")


def _crlf_for_compose(testbed: ProjectTestbed) -> Situation:
    testbed.project(env=SETTINGS.replace("\n", "\r\n"))
    return testbed.situation(env_file_readers="compose,docker-run,dotenv")


def _bom_before_comment(testbed: ProjectTestbed) -> Situation:
    testbed.project(env=b"\xef\xbb\xbf" + SETTINGS.encode())
    return testbed.situation()


def _more_packages(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    venv = testbed.venv()
    for name, version in (
        ("redis", "5.0.1"),
        ("grpcio", "1.60.0"),
        ("black", "24.1.0"),
        ("torch", "2.3.0+cu121"),
    ):
        testbed.installed(venv, name, version)
    testbed.put("requirements.txt", "redis>=4,<6\ntorch==2.3.0\n-e .\n./local.whl\n")
    info = testbed.packages(venv) / "tts-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tts\nVersion: 1.0\nRequires-Dist: redis\n")
    (info / "direct_url.json").write_text(
        f'{{"dir_info": {{"editable": true}}, "url": "file://{testbed.root}"}}'
    )
    (info / "RECORD").write_text("__editable__.tts-1.0.pth,,\n")
    (testbed.packages(venv) / "__editable__.tts-1.0.pth").write_text(f"{testbed.root}/src\n")
    testbed.put("src/tts/__init__.py", "")
    return testbed.situation()


def _c_locale(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    return testbed.situation({"LC_ALL": "C", "LANG": "C"})


def _no_gpu(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    return testbed.situation({"CUDA_VISIBLE_DEVICES": "-1"}, gpu="auto")


def _small_disk(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    (testbed.mounted("data") / "half").write_bytes(bytes(1 << 20))
    return testbed.situation(writable_paths="data")


def _small_disk_given(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.mounted("data", "nr_inodes=50")
    return testbed.situation(writable_paths="data", min_free_disk_mb=2)


def _other_names(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    venv = testbed.venv("my env")
    testbed.installed(venv, "redis", "5.0.1")
    script = venv / "bin" / "serve"
    script.write_text(f"#!/bin/sh\n'''exec' \"{venv}/bin/python\" \"$0\" \"$@\"\n' '''\nprint()\n")
    script.chmod(0o755)
    testbed.put("needed packages.txt", "redis\n")
    testbed.put("my settings.env", SETTINGS)
    (testbed.root / "out put").mkdir()
    return testbed.situation(
        venv="my env",
        requirements="needed packages.txt",
        env_file="my settings.env",
        writable_paths="out put",
    )


def _found_venv(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.installed(testbed.venv("venv"), "redis", "5.0.1")
    testbed.put("requirements.txt", "redis\n")
    return testbed.situation()


def _nothing(testbed: ProjectTestbed) -> Situation:
    testbed.put("README.md", "# A project\n")
    return testbed.situation()


def _proxied(testbed: ProjectTestbed) -> Situation:
    testbed.project(
        env=f"{SETTINGS}HTTPS_PROXY=http://proxy.example:3128\nNO_PROXY=localhost,127.0.0.0/8,.svc\n"
    )
    return testbed.situation()


def _short_proxy(testbed: ProjectTestbed) -> Situation:
    testbed.project(env=f"{SETTINGS}http_proxy=http://proxy:3128\nno_proxy=localhost,127.0.0.1\nNOTE='open\n")
    return testbed.situation(env_file_readers="")


def _own_user(testbed: ProjectTestbed) -> Situation:
    root = testbed.project()
    (root / "output").mkdir()
    testbed.let_read(65534)
    os.chown(root / "output", 65534, 65534)
    return testbed.situation(writable_paths="output,output/new/deep", service_user="65534:65534")


def _copies(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    venv = testbed.venv(".venv", "--copies", "--system-site-packages")
    testbed.extension(venv, "fastmath")
    return testbed.situation()


HEALTHY: tuple[Healthy[ProjectTestbed], ...] = (
    Healthy("sound-project", "A project with settings, packages and models.", _sound),
    Healthy("odd-settings", "Settings with export, comments, quotes and a variable.", _odd_settings),
    Healthy("windows-settings-for-compose", "Windows line ends that no reader keeps.", _crlf_for_compose),
    Healthy("mark-before-comment", "A byte order mark before a comment.", _bom_before_comment),
    Healthy("more-packages", "More packages than required, an editable one among them.", _more_packages),
    Healthy("plain-locale", "LC_ALL is C, which Python meets with UTF-8 mode.", _c_locale),
    Healthy("no-gpu", "No GPU, and none is required.", _no_gpu),
    Healthy("small-disk", "A small disk with room.", _small_disk),
    Healthy("small-disk-wanted", "A small disk that has what is wanted.", _small_disk_given),
    Healthy("spaces-in-paths", "Everything has another name, with spaces.", _other_names),
    Healthy("venv-of-another-name", "The virtual environment is called venv.", _found_venv),
    Healthy("bare-project", "A project without any of the usual files.", _nothing),
    Healthy("excepting-proxy", "A proxy, and local names excepted.", _proxied),
    Healthy(
        "proxy-of-a-short-name",
        "A proxy whose name has no dot, and nobody said who reads the file.",
        _short_proxy,
    ),
    Healthy("foreign-user", "A service user with a folder of its own.", _own_user),
    Healthy("venv-with-copies", "A virtual environment of copies that sees the system's packages.", _copies),
)
