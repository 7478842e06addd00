"""The remedies, one row each."""

from __future__ import annotations

from runbooklab.domain.remedy import Remedy
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.remedies import host, python, settings

REMEDIES: tuple[Remedy[Evidence], ...] = (
    Remedy("copy-env-example", "Copy the example of the .env file", settings.copy_env_example),
    Remedy(
        "replace-env-folder",
        "Put a file in the folder's place",
        settings.replace_env_folder,
        settings.is_folder,
    ),
    Remedy("let-user-read-env", "Let the service's user read the .env file", settings.let_user_read_env),
    Remedy(
        "strip-carriage-returns",
        "Take the carriage returns out of the .env file",
        settings.strip_carriage_returns,
    ),
    Remedy("fix-env-line", "Correct the line of the .env file", settings.fix_env_line),
    Remedy("unquote-values", "Take the quotes off for docker run", settings.unquote_values),
    Remedy("strip-byte-order-mark", "Take the byte order mark off", settings.strip_byte_order_mark),
    Remedy("add-env-variables", "Add the missing variables", settings.add_env_variables),
    Remedy("drop-duplicate-lines", "Keep one line of each variable", settings.drop_duplicate_lines),
    Remedy("set-real-value", "Put in the real value", settings.set_real_value),
    Remedy("restrict-env-file", "Keep other users from reading the .env file", settings.restrict_env_file),
    Remedy("open-config", "Correct the configuration", settings.open_config),
    Remedy(
        "set-config-variable",
        "Set the variable that the configuration refers to",
        settings.set_config_variable,
    ),
    Remedy("create-venv", "Make the virtual environment", python.create_venv),
    Remedy("recreate-venv", "Make the virtual environment again", python.recreate_venv),
    Remedy(
        "rewrite-venv-paths",
        "Let the scripts name the path where they are",
        python.rewrite_paths,
        python.can_rewrite,
    ),
    Remedy(
        "name-venv-python", "Start the program with the virtual environment's Python", python.name_venv_python
    ),
    Remedy("install-requirements", "Install what the project requires", python.install_requirements),
    Remedy("resolve-conflict", "Install versions that go together", python.resolve_conflict),
    Remedy("rename-module", "Rename the file that hides a module", python.rename_module),
    Remedy("install-library", "Install the shared library", python.install_library),
    Remedy(
        "reinstall-for-this-machine",
        "Install the package for this machine",
        python.reinstall_for_this_machine,
    ),
    Remedy("install-cuda-library", "Install the library of CUDA", python.install_cuda_library),
    Remedy("install-espeak", "Install the library of espeak", python.install_espeak),
    Remedy("find-large-files", "Find what takes the room", host.find_large_files),
    Remedy("find-many-files", "Find where the many files are", host.find_many_files),
    Remedy("remount-writable", "Mount the file system for writing", host.remount_writable),
    Remedy("remount-exec", "Mount the file system for executing", host.remount_exec),
    Remedy("give-path-to-user", "Let the service's user write to the path", host.give_path_to_user),
    Remedy("install-program", "Install the program", host.install_program),
    Remedy("name-program", "Name the program by its whole path", host.name_program),
    Remedy("fetch-models", "Download the missing models", host.fetch_models),
    Remedy("replace-model", "Download the model again", host.replace_model),
    Remedy("pull-lfs", "Fetch the models from Git LFS", host.pull_lfs),
    Remedy("find-memory-users", "Find what takes the memory", host.find_memory_users),
    Remedy("raise-open-files", "Let the service open more files", host.raise_open_files),
    Remedy("use-utf8", "Let Python write UTF-8", host.use_utf8),
    Remedy("except-local-names", "Except local names from the proxy", host.except_local_names),
    Remedy("set-clock", "Let the clock follow a time server", host.set_clock),
    Remedy("inspect-gpu", "Look at the GPU and its driver", host.inspect_gpu),
    Remedy("show-gpu", "Let the service see the GPU", host.show_gpu),
)
