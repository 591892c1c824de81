//! When reports come, and of what: at the city's hours and in its proportions.

use crate::demo::chance::Chance;
use crate::demo::real::incidents::{DAYS, Incidents, Recorded};

/// So many reports come to the chain where the city's police recorded one of a shop's kinds: in the busiest hour one
/// every seventy seconds. (Forty shops alone would leave a visitor waiting for an hour; twice as many would keep the desk
/// in flood view, for about half of them sound, and more than ten alarms in ten minutes are a flood.)
const CHAIN_PER_CITY: f64 = 6.0;
/// The hour of the city's day at which the demo begins, whatever the time is: early in the evening.
const BEGINS_AT_HOUR: i64 = 17;

const HOUR_US: i64 = 3_600_000_000;

/// The city's incidents as a source of reports.
#[derive(Debug)]
pub(crate) struct Arrivals {
    incidents: Incidents,
}

impl Arrivals {
    pub(crate) fn new(incidents: Incidents) -> Self {
        Self { incidents }
    }

    /// Reports an hour at that time of the demo's day.
    pub(crate) fn per_hour(&self, day_us: i64) -> f64 {
        f64::from(self.incidents.by_hour[hour(day_us)]) / f64::from(DAYS) * CHAIN_PER_CITY
    }

    /// When the next one comes after `day_us`. The hours' different rates are kept by drawing at the busiest hour's
    /// and letting pass as many as the hour has fewer (thinning, Lewis and Shedler 1979).
    pub(crate) fn next_us(&self, mut day_us: i64, chance: &mut Chance) -> i64 {
        let busiest = f64::from(
            *self
                .incidents
                .by_hour
                .iter()
                .max()
                .expect("a day has hours"),
        );
        let per_hour = busiest / f64::from(DAYS) * CHAIN_PER_CITY;
        loop {
            day_us += chance.until_next_us(per_hour);
            if chance.happens(self.per_hour(day_us) / per_hour) {
                return day_us;
            }
        }
    }

    /// One that the city saw at that hour.
    pub(crate) fn one(&self, day_us: i64, chance: &mut Chance) -> &Recorded {
        self.of(chance, |one| usize::from(one.hour) == hour(day_us))
    }

    /// One that fits, of the whole month; any if none does.
    pub(crate) fn of(&self, chance: &mut Chance, fits: impl Fn(&Recorded) -> bool) -> &Recorded {
        let all = &self.incidents.all;
        let fitting: Vec<usize> = (0..all.len()).filter(|place| fits(&all[*place])).collect();
        if fitting.is_empty() {
            chance.pick(all)
        } else {
            &all[*chance.pick(&fitting)]
        }
    }
}

fn hour(day_us: i64) -> usize {
    (BEGINS_AT_HOUR + day_us.div_euclid(HOUR_US)).rem_euclid(24) as usize
}

#[cfg(test)]
mod tests {
    use outcry_domain::Category;

    use super::*;

    const DAY_US: i64 = 24 * HOUR_US;
    const DAYS_PLAYED: u32 = 10;

    #[test]
    fn rates_and_kinds_are_those_of_the_data() {
        let arrivals = Arrivals::new(Incidents::read());
        let mut chance = Chance::of(7, "test");
        let (mut by_hour, mut thefts, mut all) = ([0.0; 24], 0.0, 0.0);
        let mut at_us = arrivals.next_us(0, &mut chance);
        while at_us < i64::from(DAYS_PLAYED) * DAY_US {
            by_hour[hour(at_us)] += 1.0;
            thefts += f64::from(arrivals.one(at_us, &mut chance).category == Category::Theft);
            all += 1.0;
            at_us = arrivals.next_us(at_us, &mut chance);
        }
        for (hour, came) in by_hour.iter().enumerate() {
            let recorded = f64::from(arrivals.incidents.by_hour[hour]);
            let expected = recorded * CHAIN_PER_CITY * f64::from(DAYS_PLAYED) / f64::from(DAYS);
            // Five times the spread of so many independent arrivals.
            assert!(
                (came - expected).abs() < 5.0 * expected.sqrt(),
                "{hour}: {came} instead of {expected}"
            );
        }
        let recorded = arrivals
            .incidents
            .all
            .iter()
            .filter(|one| one.category == Category::Theft)
            .count() as f64;
        let share = recorded / arrivals.incidents.all.len() as f64;
        assert!(
            (thefts / all - share).abs() < 0.02,
            "{thefts} of {all} instead of {share}"
        );
    }

    #[test]
    fn a_visitor_waits_a_minute_for_a_report_and_the_desk_is_not_flooded_by_an_ordinary_hour() {
        let arrivals = Arrivals::new(Incidents::read());
        assert!(
            (40.0..60.0).contains(&arrivals.per_hour(0)),
            "{}",
            arrivals.per_hour(0)
        );
        assert!(
            arrivals.per_hour(0) > 2.0 * arrivals.per_hour(11 * HOUR_US),
            "nights are calm"
        );
    }
}
