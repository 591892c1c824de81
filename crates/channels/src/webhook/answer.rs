//! What a receiver's answer means for the call, or that there was none.
//! Never knows what is done about it.

use std::time::{Duration, SystemTime};

use outcry_words::say;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Error, Response, StatusCode};
use tokio::time::timeout;

use super::reach::OutOfReach;
use crate::Outcome;

/// Bytes of an answer that are read; the rest is not waited for.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// How long to wait for the body of an answer: its status is known and decides.
const ANSWER_WAIT: Duration = Duration::from_secs(1);

/// The outcome of an answered call. Only a 2xx is taken for yes; the body only explains.
pub(super) async fn judge(response: Response, now_us: i64) -> Outcome {
    let status = response.status();
    let after_s = retry_after_s(response.headers(), now_us);
    let mut said = status.to_string();
    if status.is_redirection() {
        said = say("outcome-hook-moved", [("status", said.into())]);
    }
    let text = format!("{said} {}", excerpt(response).await);
    if status.is_success() {
        Outcome::accepted(&text)
    } else if is_worth_another_try(status) {
        Outcome::retry_after(&text, after_s)
    } else {
        Outcome::failed(&text)
    }
}

fn is_worth_another_try(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        )
}

/// The outcome of a call that was not answered.
pub(super) fn unanswered(error: Error, limit: Duration) -> Outcome {
    if error.is_timeout() && !error.is_connect() {
        let seconds = limit.as_secs().into();
        return Outcome::retry(&say("outcome-hook-silent", [("seconds", seconds)]));
    }
    // The address may hold a secret in its path.
    let error = error.without_url();
    let mut deepest: &dyn std::error::Error = &error;
    while let Some(source) = deepest.source() {
        if let Some(out_of_reach) = source.downcast_ref::<OutOfReach>() {
            return Outcome::failed(&out_of_reach.to_string());
        }
        deepest = source;
    }
    let with = [("why", deepest.to_string().into())];
    Outcome::retry(&match error.is_connect() {
        true => say("outcome-hook-unreached", with),
        false => say("outcome-hook-broken", with),
    })
}

async fn excerpt(mut response: Response) -> String {
    let mut body = Vec::new();
    let read = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            body.extend_from_slice(&chunk[..chunk.len().min(ANSWER_BYTES_MAX - body.len())]);
            if body.len() == ANSWER_BYTES_MAX {
                break;
            }
        }
    };
    // Late or broken, what came so far is the excerpt.
    let _ = timeout(ANSWER_WAIT, read).await;
    String::from_utf8_lossy(&body).into_owned()
}

/// The seconds of a `Retry-After` header (RFC 9110 section 10.2.3), given as seconds or as a date.
fn retry_after_s(headers: &HeaderMap, now_us: i64) -> Option<u64> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(seconds);
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let now = SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(now_us).unwrap_or(0));
    Some(date.duration_since(now).map_or(0, |wait| {
        wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // Sun, 06 Nov 1994 08:49:37 GMT
    const THEN_US: i64 = 784_111_777_000_000;

    fn after(value: &str, now_us: i64) -> Option<u64> {
        retry_after_s(
            &[(RETRY_AFTER, value.parse().ok()?)].into_iter().collect(),
            now_us,
        )
    }

    #[test]
    fn retry_after_is_read_in_all_its_forms() {
        assert_eq!(after("120", THEN_US), Some(120));
        assert_eq!(after("Sun, 06 Nov 1994 08:51:37 GMT", THEN_US), Some(120));
        assert_eq!(after("Sunday, 06-Nov-94 08:51:37 GMT", THEN_US), Some(120));
        assert_eq!(after("Sun Nov  6 08:51:37 1994", THEN_US), Some(120));
        assert_eq!(
            after("Sun, 06 Nov 1994 08:51:37 GMT", THEN_US + 500_000),
            Some(120)
        );
        assert_eq!(after("Sun, 06 Nov 1994 08:00:00 GMT", THEN_US), Some(0));
        assert_eq!(after("604800", THEN_US), Some(604_800));
        for nonsense in ["-5", "1.5", "soon", "", "99999999999999999999999"] {
            assert_eq!(after(nonsense, THEN_US), None, "{nonsense}");
        }
    }

    #[test]
    fn only_what_may_change_by_itself_is_tried_again() {
        for (code, again) in [
            (400, false),
            (401, false),
            (403, false),
            (404, false),
            (408, true),
            (410, false),
            (413, false),
            (425, true),
            (429, true),
            (301, false),
            (307, false),
            (500, true),
            (502, true),
            (503, true),
            (504, true),
        ] {
            assert_eq!(
                is_worth_another_try(StatusCode::from_u16(code).unwrap()),
                again,
                "{code}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_header_panics(value in "[ -~]{0,60}", now_us: i64) {
            let _ = after(&value, now_us);
        }
    }
}
