-- What a start reads of the settings' log. Not the shifts: a large chain writes ninety thousand such facts a day.
CREATE INDEX fact_setting ON fact (sequence) WHERE kind = 'organisation.changed';

-- The read table: everybody's latest shift, and how many facts there are about their shifts.
CREATE TABLE shift (
    person   {{key}} NOT NULL PRIMARY KEY,
    site     TEXT   NOT NULL,
    since    BIGINT NOT NULL,
    ended_at BIGINT,
    facts    BIGINT NOT NULL
) {{clustered}};
-- The start that makes it fills it.
UPDATE head SET projected = 0 WHERE region = 'organisation';
