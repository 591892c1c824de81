//! RFC 3339 times. jiff reads more than that (no seconds, no zone minutes, a space for the `T`), so the
//! shape is checked first.

/// Microseconds since 1970 UTC, if `text` is an RFC 3339 `date-time` (section 5.6).
pub(super) fn read(text: &str) -> Option<i64> {
    has_shape(text.as_bytes()).then_some(())?;
    Some(text.parse::<jiff::Timestamp>().ok()?.as_microsecond())
}

fn has_shape(text: &[u8]) -> bool {
    let Some((seconds, rest)) = text.split_at_checked("2026-11-22T17:05:00".len()) else {
        return false;
    };
    let punctuation = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    let digits = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18];
    punctuation
        .iter()
        .all(|(place, byte)| seconds[*place] == *byte)
        && matches!(seconds[10], b'T' | b't')
        && digits.iter().all(|place| seconds[*place].is_ascii_digit())
        && is_zone(without_fraction(rest))
}

fn without_fraction(rest: &[u8]) -> &[u8] {
    let Some((b'.', fraction)) = rest.split_first() else {
        return rest;
    };
    let digits = fraction
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    // Without a digit after the point the point stays, and is no zone.
    if digits == 0 {
        rest
    } else {
        &fraction[digits..]
    }
}

fn is_zone(zone: &[u8]) -> bool {
    match zone {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', rest @ ..] => {
            rest.len() == 5
                && rest[2] == b':'
                && [0, 1, 3, 4]
                    .iter()
                    .all(|place| rest[*place].is_ascii_digit())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn reads_what_the_standard_allows() {
        let noon = 1_767_268_800_000_000;
        for text in [
            "2026-01-01T12:00:00Z",
            "2026-01-01t12:00:00z",
            "2026-01-01T12:00:00.000000Z",
            "2026-01-01T13:00:00+01:00",
            "2026-01-01T06:30:00-05:30",
        ] {
            assert_eq!(read(text), Some(noon), "{text}");
        }
        assert_eq!(read("2026-01-01T12:00:00.25Z"), Some(noon + 250_000));
    }

    #[test]
    fn refuses_what_it_does_not() {
        for text in [
            "",
            "2026-01-01",
            "2026-01-01T12:00Z",
            "2026-01-01 12:00:00Z",
            "2026-01-01T12:00:00",
            "2026-01-01T12:00:00.Z",
            "2026-01-01T12:00:00,5Z",
            "2026-01-01T12:00:00+01",
            "2026-01-01T12:00:00+01:00[Europe/Berlin]",
            "2026-02-30T12:00:00Z",
            "2026-01-01T25:00:00Z",
            "2026-01-01T12:00:00Z ",
            "20260101T120000Z",
            "٢٠٢٦-01-01T12:00:00Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
