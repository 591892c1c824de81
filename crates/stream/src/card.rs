//! Numbers of payment cards, which some tills put where they do not belong: masked before anything
//! is written. Never knows which field but that of an article's number.

use std::ops::RangeInclusive;

/// Digits of a card's number (ISO/IEC 7812-1).
const DIGITS: RangeInclusive<usize> = 13..=19;
/// Of these, so many are left to be compared with a receipt, as the card industry allows (PCI DSS 3.4.1).
const DIGITS_LEFT: usize = 4;
/// Digits of an article number, GTIN-13. Cards have more today, though the standard allows it.
const ARTICLE_DIGITS: RangeInclusive<usize> = 13..=13;
/// Where an article's number belongs, that of a case of it as well, GTIN-14.
const SKU_DIGITS: RangeInclusive<usize> = 13..=14;

/// Puts a star for each digit of a card's number but the last four.
#[inline]
pub(crate) fn mask(text: &mut [u8]) {
    mask_but(text, &ARTICLE_DIGITS);
}

/// The same where an article's number belongs.
#[inline]
pub(crate) fn mask_sku(text: &mut [u8]) {
    mask_but(text, &SKU_DIGITS);
}

fn mask_but(text: &mut [u8], articles: &RangeInclusive<usize>) {
    // A number that is long enough has a digit on one of these places.
    let places = (DIGITS.start() - 1..text.len()).step_by(*DIGITS.start());
    for at in places {
        if text[at].is_ascii_digit() {
            mask_around(text, at, articles);
        }
    }
}

fn mask_around(text: &mut [u8], at: usize, articles: &RangeInclusive<usize>) {
    let is_digit = |byte: &&u8| byte.is_ascii_digit();
    let start = at - text[..at].iter().rev().take_while(is_digit).count();
    let end = at + text[at..].iter().take_while(is_digit).count();
    let number = &mut text[start..end];
    if is_card(number) && !is_article(number, articles) {
        let masked = number.len() - DIGITS_LEFT;
        number[..masked].fill(b'*');
    }
}

/// Whether the digits may be a card's number: begun as those of the card networks are (3 to 6, or
/// 2221 to 2720), with the right check digit.
fn is_card(digits: &[u8]) -> bool {
    if !DIGITS.contains(&digits.len()) {
        return false;
    }
    let network = matches!(digits[0], b'3'..=b'6')
        || (b"2221".as_slice()..=b"2720".as_slice()).contains(&&digits[..4]);
    network && checks(digits, luhn)
}

/// Whether the digits may be an article's number of one of these lengths (GS1 General Specifications 7.9).
fn is_article(digits: &[u8], lengths: &RangeInclusive<usize>) -> bool {
    lengths.contains(&digits.len())
        && checks(digits, |digit, doubled| digit * if doubled { 3 } else { 1 })
}

fn luhn(digit: u32, doubled: bool) -> u32 {
    match digit * 2 {
        _ if !doubled => digit,
        twice if twice > 9 => twice - 9,
        twice => twice,
    }
}

/// Whether the weighted digits sum up to whole tens, every second one from the right weighted more.
fn checks(digits: &[u8], weigh: impl Fn(u32, bool) -> u32) -> bool {
    let from_the_right = digits.iter().rev().zip(0_u32..);
    let sum: u32 = from_the_right
        .map(|(digit, place)| weigh(u32::from(digit - b'0'), place % 2 == 1))
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn masked(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        mask(&mut bytes);
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn the_number_of_a_card_is_masked_wherever_it_stands() {
        for (text, kept) in [
            ("4111111111111111", "************1111"),
            ("5555555555554444", "************4444"),
            ("2223003122003222", "************3222"),
            ("378282246310005", "***********0005"),
            ("36227206271667", "**********1667"),
            ("paid 4111111111111111.", "paid ************1111."),
            (
                "a4111111111111111 4111111111111111",
                "a************1111 ************1111",
            ),
            ("£ 6011111111111117 ü", "£ ************1117 ü"),
        ] {
            assert_eq!(masked(text), kept);
        }
    }

    #[test]
    fn other_numbers_stay_as_they_are() {
        for text in [
            "",
            "SKU-881",
            // Another check digit.
            "4111111111111112",
            // No card network's.
            "2026112200000007",
            "0000000000000000",
            // Articles, whose last digit is right for both.
            "4006381333924",
            // Too short and too long.
            "411111111111",
            "41111111111111111111111111",
            "4111 1111 1111 1111",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn the_number_of_a_case_stays_where_articles_have_their_numbers() {
        let case = "40012345678996";
        assert_eq!(masked(case), "**********8996");
        for (text, kept) in [
            (case, case),
            ("4006381333924", "4006381333924"),
            // No article's check digit.
            ("36227206271667", "**********1667"),
            ("4111111111111111", "************1111"),
        ] {
            let mut bytes = text.as_bytes().to_vec();
            mask_sku(&mut bytes);
            assert_eq!(bytes, kept.as_bytes(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_card_is_found_at_every_place(before in "[^0-9]{0,60}", after in "[^0-9]{0,60}") {
            let text = format!("{before}4111111111111111{after}");
            prop_assert_eq!(masked(&text), format!("{before}************1111{after}"));
        }

        #[test]
        fn whatever_it_is_it_stays_text(text in "\\PC{0,80}|[0-9 ]{0,80}") {
            prop_assert_eq!(masked(&text).chars().count(), text.chars().count());
        }
    }
}
