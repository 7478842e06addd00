"""The functions that a check's SQL may call: all others are refused. Pure.

A transaction that is READ ONLY does not stop a function from ending another connection, reading or writing
the server's files, reaching another server, taking a lock or waiting. So what is allowed is listed, and what
PostgreSQL, an extension or the database's owner adds is refused until it is.
Source: PostgreSQL 17, chapter 9.

Left out on purpose: whatever changes something (``nextval``, ``set_config``, ``pg_terminate_backend``,
``pg_stat_reset``, ``lo_*``, ``txid_current``), waits or locks (``pg_sleep``, ``pg_advisory_*``), reads files
or runs SQL from a text (``pg_read_file``, ``pg_ls_dir``, ``query_to_xml``, ``dblink``), or makes texts of any
length (``repeat``, ``lpad``).
"""

from __future__ import annotations

import re

_NUMBERS = """
abs ceil ceiling div exp factorial floor gcd lcm ln log log10 mod pi power round sign sqrt trunc
width_bucket random gen_random_uuid greatest least nullif coalesce
"""
_TEXTS = """
ascii btrim char_length character_length chr concat concat_ws decode encode format initcap left
length lower ltrim md5 octet_length position quote_ident quote_literal quote_nullable regexp_count
regexp_instr regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array
regexp_split_to_table regexp_substr replace reverse right rtrim sha256 split_part starts_with
string_to_array string_to_table strpos substr substring to_char to_number translate trim upper
to_hex array_to_string
"""
_TIMES = """
age clock_timestamp date_bin date_part date_trunc extract isfinite justify_days justify_hours
justify_interval make_date make_interval make_time make_timestamp make_timestamptz now
statement_timestamp timeofday to_date to_timestamp transaction_timestamp timezone
"""
_AGGREGATES = """
array_agg avg bit_and bit_or bool_and bool_or count every json_agg jsonb_agg json_object_agg
jsonb_object_agg max min mode percentile_cont percentile_disc stddev stddev_pop stddev_samp
string_agg sum var_pop var_samp variance corr any_value row_number rank dense_rank percent_rank
cume_dist ntile lag lead first_value last_value nth_value grouping
"""
_STRUCTURES = """
array_append array_cat array_length array_lower array_ndims array_position array_positions
array_remove array_upper cardinality unnest generate_subscripts generate_series json_array_elements
json_array_elements_text json_array_length json_each json_each_text json_extract_path
json_extract_path_text json_object_keys json_typeof jsonb_array_elements jsonb_array_elements_text
jsonb_array_length jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text
jsonb_object_keys jsonb_typeof jsonb_path_exists jsonb_path_query jsonb_path_query_array
jsonb_path_query_first json_build_object jsonb_build_object json_build_array jsonb_build_array
row_to_json to_json to_jsonb jsonb_pretty host hostmask masklen netmask network family broadcast
text abbrev isempty lower_inc upper_inc
"""
_SERVER = """
current_catalog current_database current_query current_role current_schema current_schemas
current_setting current_user session_user user version inet_client_addr inet_client_port
inet_server_addr inet_server_port col_description obj_description shobj_description format_type
to_regclass to_regnamespace to_regproc to_regprocedure to_regrole to_regtype row_security_active
mxid_age txid_current_if_assigned txid_current_snapshot txid_snapshot_xmax txid_snapshot_xmin
txid_status txid_visible_in_snapshot pg_backend_pid pg_blocking_pids pg_safe_snapshot_blocking_pids
pg_client_encoding pg_column_size pg_conf_load_time pg_control_checkpoint pg_control_init
pg_control_recovery pg_control_system pg_current_snapshot pg_current_wal_flush_lsn
pg_current_wal_insert_lsn pg_current_wal_lsn pg_current_xact_id_if_assigned pg_database_size
pg_describe_object pg_encoding_to_char pg_filenode_relation pg_function_is_visible
pg_identify_object pg_index_column_has_property pg_index_has_property pg_indexes_size
pg_is_in_recovery pg_is_other_temp_schema pg_is_wal_replay_paused pg_get_wal_replay_pause_state
pg_jit_available pg_last_committed_xact pg_last_wal_receive_lsn pg_last_wal_replay_lsn
pg_last_xact_replay_timestamp pg_lock_status pg_my_temp_schema pg_notification_queue_usage
pg_options_to_table pg_partition_ancestors pg_partition_root pg_partition_tree
pg_postmaster_start_time pg_prepared_statement pg_prepared_xact pg_relation_filenode
pg_relation_filepath pg_relation_size pg_settings_get_flags pg_show_all_file_settings
pg_show_all_settings pg_size_bytes pg_size_pretty pg_snapshot_xmax pg_snapshot_xmin
pg_table_is_visible pg_table_size pg_tablespace_databases pg_tablespace_location pg_tablespace_size
pg_timezone_abbrevs pg_timezone_names pg_total_relation_size pg_trigger_depth pg_type_is_visible
pg_typeof pg_visible_in_snapshot pg_wal_lsn_diff pg_walfile_name pg_walfile_name_offset
pg_xact_commit_timestamp pg_xact_status pg_stat_statements pg_stat_statements_info
"""

#: Functions by their exact names, in lower case.
NAMES = frozenset(" ".join((_NUMBERS, _TEXTS, _TIMES, _AGGREGATES, _STRUCTURES, _SERVER)).split())

#: Families of functions that only read: the server's statistics, definitions and privileges.
FAMILIES = re.compile(r"pg_stat_get_[a-z0-9_]+|pg_get_(?!wal_)[a-z0-9_]+|has_[a-z_]+_privilege|pg_has_role")


def may_be_called(name: str) -> bool:
    """Whether a function of this name only reads, quickly and within the database.

    >>> [may_be_called(name) for name in ("count", "pg_stat_get_activity", "pg_sleep", "my_function")]
    [True, True, False, False]
    """
    name = name.lower()
    return name in NAMES or FAMILIES.fullmatch(name) is not None
