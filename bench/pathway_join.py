"""The join of `bench/run correlate` in Pathway: events around incidents, files in, a file out, one worker.

Takes the files of events, of incidents and of matches, and the seconds to look either side. Prints the seconds
from the start of the dataflow to its end; importing Pathway and naming the dataflow do not count.
"""

import datetime
import sys
import time

import pathway as pw


# As the events write it: always UTC, with or without a fraction of the second.
RFC_3339 = "%Y-%m-%dT%H:%M:%S%.fZ"


class Event(pw.Schema):
    """What the join needs of a CloudEvent; the rest of the line is not read."""

    source: str
    event: str
    subject: str
    time: str


class Incident(pw.Schema):
    """Where and when to look."""

    incident: int
    site: str
    at: str


events_file, incidents_file, matches_file, reach_s = sys.argv[1:]
reach = datetime.timedelta(seconds=float(reach_s))
# A column may not be called `id`.
paths = {"event": "/id"}
events = pw.io.jsonlines.read(
    events_file, schema=Event, mode="static", json_field_paths=paths
)
incidents = pw.io.jsonlines.read(incidents_file, schema=Incident, mode="static")
events = events.with_columns(time=pw.this.time.dt.strptime(RFC_3339))
incidents = incidents.with_columns(at=pw.this.at.dt.strptime(RFC_3339))
matches = incidents.interval_join(
    events,
    incidents.at,
    events.time,
    pw.temporal.interval(-reach, reach),
    incidents.site == events.subject,
).select(incidents.incident, events.source, events.event)
pw.io.jsonlines.write(matches, matches_file)
begun = time.perf_counter()
pw.run(monitoring_level=pw.MonitoringLevel.NONE)
print(time.perf_counter() - begun)
