"""The join of `bench/run correlate` in Flink SQL: events around incidents, files in, files out, two workers.

Takes the files of events and of incidents, the folder for the matches, and the seconds to look either side. The job
runs twice; printed are the seconds of the second run as Flink counts them, from the job's start to its end. Starting
Java and its cluster, planning, and the first run, which warms up Java's compiler, do not count. Every operator is
Flink's own: no event passes through Python.
"""

import sys

from pyflink.table import EnvironmentSettings, TableEnvironment


WORKERS = "2"
# The events of a batch are written newest first, and reach back for half a second.
DISORDER_S = 2

events_file, incidents_file, matches_folder, reach_s = sys.argv[1:]
tables = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
tables.get_config().set("parallelism.default", WORKERS)


def name(table, path, columns):
    """Names files of JSON lines as a table."""
    tables.execute_sql(
        f"""CREATE TABLE {table} ({columns}) WITH (
            'connector' = 'filesystem', 'path' = '{path}',
            'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601')"""
    )


def watermark(column):
    """A column that says when, in order but for a little."""
    latest = f"{column} - INTERVAL '{DISORDER_S}' SECOND"
    return f"{column} TIMESTAMP_LTZ(3), WATERMARK FOR {column} AS {latest}"


def join(matches):
    """Writes the matches to a table; gives how long that took in seconds."""
    reach = f"INTERVAL '{reach_s}' SECOND(3)"
    started = tables.execute_sql(
        f"""INSERT INTO {matches}
            SELECT incident, source, id FROM incidents JOIN events
            ON site = subject AND `time` BETWEEN `at` - {reach} AND `at` + {reach}"""
    )
    ended = started.get_job_client().get_job_execution_result().result()
    return ended.get_net_runtime() / 1000


EVENT = f"source STRING, id STRING, subject STRING, {watermark('`time`')}"
INCIDENT = f"incident INT, site STRING, {watermark('`at`')}"
MATCH = "incident INT, source STRING, event STRING"
# What else the lines hold is not read.
name("events", events_file, EVENT)
name("incidents", incidents_file, INCIDENT)
name("warm_up", f"{matches_folder}.warm-up", MATCH)
name("found", matches_folder, MATCH)
join("warm_up")
print(join("found"))
