-- The newest fact of each region's log, which whoever appends takes first; and how far the read
-- tables hold that log, which differs only while they are being rebuilt.
CREATE TABLE head (
    region    TEXT   NOT NULL PRIMARY KEY,
    sequence  BIGINT NOT NULL,
    hash      {{blob}} NOT NULL,
    projected BIGINT NOT NULL
);

-- The log: the only truth. Never updated, never deleted from.
CREATE TABLE fact (
    region   TEXT   NOT NULL,
    sequence BIGINT NOT NULL,
    stream   {{key}} NOT NULL,
    version  BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    actor    TEXT   NOT NULL,
    kind     TEXT   NOT NULL,
    body     TEXT   NOT NULL,
    hash     {{blob}} NOT NULL,
    PRIMARY KEY (region, sequence),
    UNIQUE (stream, version)
);

-- Region keys that have wrapped something: to notice at once when a key file is missing or wrong.
CREATE TABLE kek (
    id          TEXT NOT NULL PRIMARY KEY,
    fingerprint {{blob}} NOT NULL
);

-- The key of each story, wrapped by a region key. Deleting a row forgets the story's personal texts.
CREATE TABLE data_key (
    stream  {{key}} NOT NULL PRIMARY KEY,
    kek     TEXT NOT NULL,
    wrapped {{blob}} NOT NULL
);

-- Requests that were answered, for 24 hours.
CREATE TABLE once (
    principal TEXT   NOT NULL,
    key       TEXT   NOT NULL,
    body_hash {{blob}} NOT NULL,
    stream    TEXT   NOT NULL,
    first     BIGINT NOT NULL,
    last      BIGINT NOT NULL,
    expires   BIGINT NOT NULL,
    PRIMARY KEY (principal, key)
);
CREATE INDEX once_expires ON once (expires);

-- How far each follower has read each log.
CREATE TABLE cursor_at (
    follower TEXT   NOT NULL,
    region   TEXT   NOT NULL,
    sequence BIGINT NOT NULL,
    PRIMARY KEY (follower, region)
);

-- Which process runs a loop, and until when it has it to itself.
CREATE TABLE lease (
    name  TEXT   NOT NULL PRIMARY KEY,
    owner TEXT   NOT NULL,
    until BIGINT NOT NULL
);

-- The read table: one row per incident. Ids sort by time, so id order is newest-first order.
CREATE TABLE incident (
    id              {{key}} NOT NULL PRIMARY KEY,
    region          TEXT   NOT NULL,
    site            TEXT   NOT NULL,
    reference       TEXT   NOT NULL,
    reported_at     BIGINT NOT NULL,
    category        TEXT   NOT NULL,
    state           TEXT   NOT NULL,
    queue           TEXT,
    priority        BIGINT,
    urgency         BIGINT,
    late_at         BIGINT,
    acknowledged_at BIGINT,
    next_due        BIGINT,
    undelivered     BIGINT,
    sequence        BIGINT NOT NULL,
    summary         TEXT   NOT NULL
);
CREATE INDEX incident_region ON incident (region, id);
CREATE INDEX incident_site ON incident (site, id);
CREATE INDEX incident_reference ON incident (reference);
CREATE INDEX incident_category ON incident (category, id);
CREATE INDEX incident_state ON incident (state, id);
CREATE INDEX incident_queue ON incident (queue, id) WHERE queue IS NOT NULL;
CREATE INDEX incident_priority ON incident (priority, id) WHERE priority IS NOT NULL;
CREATE INDEX incident_open ON incident (urgency, id, region, site, state, queue, category, priority, late_at) WHERE urgency IS NOT NULL;
CREATE INDEX incident_open_newest ON incident (id, region, site, state, queue, category, priority) WHERE urgency IS NOT NULL;
CREATE INDEX incident_acknowledged ON incident (acknowledged_at, region, site, reported_at) WHERE acknowledged_at IS NOT NULL;
CREATE INDEX incident_due ON incident (next_due, id) WHERE next_due IS NOT NULL;
CREATE INDEX incident_undelivered ON incident (id) WHERE undelivered IS NOT NULL;

-- The search: keyed hashes of word stems, never words.
CREATE TABLE token (
    term     BIGINT NOT NULL,
    incident {{key}} NOT NULL,
    PRIMARY KEY (term, incident)
) {{clustered}};
