//! The kinds of problems: a stable name, a status, a title, and the way out.

use axum::http::StatusCode;

/// A kind of problem. Its `type` is `/problems/<slug>`, and a page there explains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) slug: &'static str,
    pub(crate) status: StatusCode,
    title: &'static str,
    /// What whoever meets it can do.
    pub(crate) way_out: &'static str,
}

impl Kind {
    /// The kind in words.
    pub(crate) fn title(&self) -> &'static str {
        outcry_words::phrase(self.title)
    }
}

macro_rules! kinds {
    ($($name:ident = $status:ident $slug:literal, $title:literal, $way_out:literal;)*) => {
        $(pub(crate) const $name: &Kind = &Kind { slug: $slug, status: StatusCode::$status, title: $title, way_out: $way_out };)*
        /// All of them, in the order of their status.
        pub(crate) const ALL: &[&Kind] = &[$($name),*];
    };
}

kinds! {
    MALFORMED_JSON = BAD_REQUEST "malformed-json", "problem-malformed-json",
        "Look at the line and column in the detail. The body must be one JSON value in UTF-8, nested no deeper than 128 levels.";
    INVALID_QUERY = BAD_REQUEST "invalid-query", "problem-invalid-query",
        "Each entry of `errors` names a parameter and says what it must be. Times are RFC 3339 in UTC, such as 2026-11-22T14:02:07Z; `limit` is 1 to 200; `after` is the `next` of the page before, unchanged.";
    INVALID_PATH = BAD_REQUEST "invalid-path", "problem-invalid-path",
        "Incident ids are UUIDs, all other ids are 1 to 40 characters of a-z, 0-9 and '-'. Take them from a list of this API.";
    INVALID_HEADER = BAD_REQUEST "invalid-header", "problem-invalid-header",
        "An Idempotency-Key is 1 to 200 visible ASCII characters, a fresh random UUID does well. If-Match is the ETag that was read, with its quotes.";
    BAD_REQUEST = BAD_REQUEST "bad-request", "problem-bad-request",
        "Compare it with the examples in /api/docs.";
    NOT_SIGNED_IN = UNAUTHORIZED "not-signed-in", "problem-not-signed-in",
        "Programs send `Authorization: Bearer` and an API token. People open their sign-in link; an administrator can make a new one.";
    FORBIDDEN = FORBIDDEN "forbidden", "problem-forbidden",
        "The detail names the right that is missing. `GET /api/v1/me` lists the rights of whoever is signed in; an administrator can change a person's role and reach.";
    CROSS_SITE = FORBIDDEN "cross-site", "problem-cross-site",
        "With a session cookie, requests that change something are taken from our own pages only. Programs use an API token instead.";
    NOT_FOUND = NOT_FOUND "not-found", "problem-not-found",
        "It does not exist, or you may not see it. Check the address, and `GET /api/v1/me` for how far you can see.";
    METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED "method-not-allowed", "problem-method-not-allowed",
        "The `Allow` header lists the methods it knows.";
    NOT_ACCEPTABLE = NOT_ACCEPTABLE "not-acceptable", "problem-not-acceptable",
        "Ask for application/json, or for text/event-stream at /api/v1/live.";
    TIMED_OUT = REQUEST_TIMEOUT "request-timeout", "problem-request-timeout",
        "A body must arrive within 10 seconds. Nothing was recorded; send it again with the same Idempotency-Key.";
    ALREADY_REPORTED = CONFLICT "already-reported", "problem-already-reported",
        "Read the incident instead of reporting it again.";
    ALREADY_ACKNOWLEDGED = CONFLICT "already-acknowledged", "problem-already-acknowledged",
        "The detail says who has it and since when. Comment on it, or hand it to somebody else with reassign.";
    NOT_LIVE = CONFLICT "not-live", "problem-not-live",
        "It is resolved, closed, merged, withdrawn or a false alarm. Comments are still possible; a merged incident can be unmerged.";
    NOT_YET = CONFLICT "not-yet", "problem-not-yet",
        "The detail says what must come first.";
    CANNOT_MERGE = CONFLICT "cannot-merge", "problem-cannot-merge",
        "Merge two different incidents that are both still open; what has absorbed others can only absorb more.";
    ERASED = CONFLICT "erased", "problem-erased",
        "Nothing more is recorded about it, because nothing could be kept. The timeline says who had them erased, when and why; what is new belongs in a new report.";
    ON_SHIFT = CONFLICT "already-on-shift", "problem-already-on-shift",
        "The detail says in which store and since when. End that shift first, if it is over.";
    NOT_ON_SHIFT = CONFLICT "not-on-shift", "problem-not-on-shift",
        "Only a shift that was started in Outcry is ended here, and only once. `GET /api/v1/sites/{id}/shifts` lists who is at work; a rota ends its own.";
    NOTHING_TO_DO = CONFLICT "nothing-to-do", "problem-nothing-to-do",
        "It is as you ask already. Nothing was recorded.";
    KEY_IN_FLIGHT = CONFLICT "idempotency-in-flight", "problem-idempotency-in-flight",
        "Wait a second and send the same request again: the answer will be that of the first.";
    OTHER_PERSON = CONFLICT "other-person", "problem-other-person",
        "Outcry-Person names somebody else than the session or the token belongs to. Nothing was recorded. `GET /api/v1/me` says who is signed in; load the page anew to act as them, or sign in again as who you were.";
    STALE = PRECONDITION_FAILED "stale", "problem-stale",
        "Read it again, make your change on the new text, and send it with the new ETag in If-Match.";
    EXISTS = PRECONDITION_FAILED "already-exists", "problem-already-exists",
        "`If-None-Match: *` only makes what is not there yet. Choose another id, or read the one that is there and send your change with its ETag in If-Match.";
    TOO_LARGE = PAYLOAD_TOO_LARGE "too-large", "problem-too-large",
        "A report takes 256 KiB, a batch of events 1 MiB and 1000 events. Send it in parts; pictures and films are not sent here.";
    UNSUPPORTED_MEDIA_TYPE = UNSUPPORTED_MEDIA_TYPE "unsupported-media-type", "problem-unsupported-media-type",
        "Send `Content-Type: application/json`; to /api/v1/events application/cloudevents+json or application/cloudevents-batch+json.";
    INVALID_FIELD = UNPROCESSABLE_ENTITY "invalid-field", "problem-invalid-field",
        "Each entry of `errors` points at a field (JSON pointer, RFC 6901) and says what it must be. Nothing was recorded.";
    KEY_REUSED = UNPROCESSABLE_ENTITY "idempotency-key-reused", "problem-idempotency-key-reused",
        "A key belongs to one request: the same method, address and body. Use a fresh one for each new request.";
    VERSION_REQUIRED = PRECONDITION_REQUIRED "version-required", "problem-version-required",
        "Send the ETag that you read in If-Match, such as `If-Match: \"3\"`. To make a new one send `If-None-Match: *`.";
    STREAM_BEHIND = TOO_MANY_REQUESTS "stream-behind", "problem-stream-behind",
        "Nothing of this request was taken. Wait as long as Retry-After says and send it again; events are recognised by source and id, so nothing is counted twice.";
    TOO_MANY_STREAMS = TOO_MANY_REQUESTS "too-many-streams", "problem-too-many-streams",
        "Close one. A browser needs a single stream for all its tabs.";
    INTERNAL = INTERNAL_SERVER_ERROR "internal", "problem-internal",
        "It is written in the log under the request id. Send the request again with the same Idempotency-Key; if it happens again, tell whoever runs this installation the request id.";
    TRANSFER_CODING = NOT_IMPLEMENTED "transfer-coding", "problem-transfer-coding",
        "Send the body as it is, with `Content-Length` or with `Transfer-Encoding: chunked` alone (RFC 9112 section 6.1).";
    OVERLOADED = SERVICE_UNAVAILABLE "overloaded", "problem-overloaded",
        "Nothing was recorded. Wait as long as Retry-After says and send it again with the same Idempotency-Key. Calls for help have places of their own.";
    UNAVAILABLE = SERVICE_UNAVAILABLE "unavailable", "problem-unavailable",
        "Nothing was recorded. Send it again with the same Idempotency-Key in some seconds; if it stays, tell whoever runs this installation.";
    STOPPED = SERVICE_UNAVAILABLE "stopped", "problem-stopped",
        "It is being restarted. Send the request again with the same Idempotency-Key in some seconds.";
    TOO_SLOW = GATEWAY_TIMEOUT "too-slow", "problem-too-slow",
        "It may still have been recorded. Send it again with the same Idempotency-Key: it will not be recorded twice.";
}

/// The kind of that name.
pub(crate) fn of_slug(slug: &str) -> Option<&'static Kind> {
    ALL.iter().copied().find(|kind| kind.slug == slug)
}

/// The kind that a bare status means.
pub(crate) fn of_status(status: StatusCode) -> &'static Kind {
    match status {
        StatusCode::UNAUTHORIZED => NOT_SIGNED_IN,
        StatusCode::FORBIDDEN => FORBIDDEN,
        StatusCode::NOT_FOUND => NOT_FOUND,
        StatusCode::METHOD_NOT_ALLOWED => METHOD_NOT_ALLOWED,
        StatusCode::NOT_ACCEPTABLE => NOT_ACCEPTABLE,
        StatusCode::REQUEST_TIMEOUT => TIMED_OUT,
        StatusCode::PAYLOAD_TOO_LARGE => TOO_LARGE,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => UNSUPPORTED_MEDIA_TYPE,
        status if status.is_client_error() => BAD_REQUEST,
        _ => INTERNAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_there_once_and_every_way_out_is_a_sentence() {
        for (place, kind) in ALL.iter().enumerate() {
            assert_eq!(
                ALL.iter().position(|other| other.slug == kind.slug),
                Some(place),
                "{}",
                kind.slug
            );
            assert!(kind.way_out.ends_with('.'), "{}", kind.slug);
            assert!(!kind.title().ends_with('.'), "{}", kind.slug);
        }
    }
}
