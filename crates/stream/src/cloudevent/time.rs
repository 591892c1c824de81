//! RFC 3339 times. The shape is read here, because jiff's own reader takes more than the standard (no
//! seconds, no zone minutes, a space for the `T`) and a till sends nothing but times; the calendar is jiff's.

use jiff::civil::DateTime;
use jiff::tz::Offset;

/// From when on times are counted.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
/// Digits of a fraction that count; more are cut off.
const MICROSECOND_DIGITS: usize = 6;

/// Microseconds since 1970 UTC, if `text` is an RFC 3339 `date-time` (section 5.6). A leap second is
/// the second before it.
pub(super) fn read(text: &str) -> Option<i64> {
    let (local, rest) = text
        .as_bytes()
        .split_first_chunk::<{ "2026-11-22T17:05:00".len() }>()?;
    let [
        a,
        b,
        c,
        d,
        b'-',
        e,
        f,
        b'-',
        g,
        h,
        b'T' | b't',
        i,
        j,
        b':',
        k,
        l,
        b':',
        m,
        n,
    ] = *local
    else {
        return None;
    };
    let year = i16::from(two(a, b)?) * 100 + i16::from(two(c, d)?);
    let second = match two(m, n)? {
        60 => 59,
        second => second,
    };
    let local = DateTime::new(
        year,
        two(e, f)?,
        two(g, h)?,
        two(i, j)?,
        two(k, l)?,
        second,
        0,
    )
    .ok()?;
    let (fraction_us, zone) = fraction(rest)?;
    // jiff's instants end a day before the calendar does.
    let instant = Offset::UTC.to_timestamp(local);
    let seconds = instant.map_or_else(
        |_| local.duration_since(EPOCH).as_secs(),
        |instant| instant.as_second(),
    );
    let seconds = seconds - offset_s(zone)?;
    Some(seconds * 1_000_000 + fraction_us)
}

fn two(tens: u8, ones: u8) -> Option<i8> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| ((tens - b'0') * 10 + (ones - b'0')) as i8)
}

/// The fraction of a second in microseconds, and what stands behind it.
fn fraction(rest: &[u8]) -> Option<(i64, &[u8])> {
    let Some((b'.', rest)) = rest.split_first() else {
        return Some((0, rest));
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let counted = rest[..digits]
        .iter()
        .chain(std::iter::repeat(&b'0'))
        .take(MICROSECOND_DIGITS);
    let fraction_us = counted.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    (digits > 0).then_some((fraction_us, &rest[digits..]))
}

fn offset_s(zone: &[u8]) -> Option<i64> {
    let (sign, hours, minutes) = match *zone {
        [b'Z' | b'z'] => return Some(0),
        [b'+', a, b, b':', c, d] => (1, two(a, b)?, two(c, d)?),
        [b'-', a, b, b':', c, d] => (-1, two(a, b)?, two(c, d)?),
        _ => return None,
    };
    (hours < 24 && minutes < 60)
        .then_some(sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60))
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
        assert_eq!(
            read("2026-01-01T12:00:00.1234567891234Z"),
            Some(noon + 123_456)
        );
        assert_eq!(read("2016-12-31T23:59:60Z"), read("2016-12-31T23:59:59Z"));
        assert_eq!(read("1969-12-31T23:59:59.5Z"), Some(-500_000));
        let last = 253_402_300_799_000_000;
        assert_eq!(read("9999-12-31T23:59:59Z"), Some(last));
        assert_eq!(
            read("9999-12-31T23:59:59-23:59"),
            Some(last + 86_340_000_000)
        );
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
            "2026-01-01T12:00:00+24:00",
            "2026-01-01T12:00:61Z",
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
