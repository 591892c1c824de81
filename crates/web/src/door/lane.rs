//! How many requests are handled at once. Beyond that the sender is told to come back, at once;
//! calls for help have places of their own and are the last to be turned away.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::Method;
use outcry_domain::{Actor, ActorId, Role};
use outcry_words::phrase;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::place::{Place, Places};
use crate::house::Settings;
use crate::limits::{
    PANICS_PER_MACHINE_MAX, PANICS_PER_PERSON_MAX, PANICS_RESERVED, RETRY_AFTER_S,
};
use crate::problem::{Problem, kind};

/// Marks the requests of a connection beyond the limit of connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crowded;

/// Which places a request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// A call for help.
    Panic,
    /// Changes something.
    Write,
    /// Only reads.
    Read,
    /// Stays open; the live hub counts it.
    Live,
    /// Costs next to nothing: health, metrics, files.
    Free,
}

impl Lane {
    pub(super) fn of(method: &Method, route: &str) -> Self {
        let reads = method == Method::GET || method == Method::HEAD;
        match route {
            "/api/v1/panic" if !reads => Self::Panic,
            "/api/v1/live" => Self::Live,
            "/healthz" | "/readyz" | "/metrics" | "/sw.js" | "/manifest.webmanifest" | "" => {
                Self::Free
            }
            route if route.starts_with("/assets/") => Self::Free,
            _ if reads => Self::Read,
            _ => Self::Write,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Panic => "panic",
            Self::Write => "write",
            Self::Read => "read",
            Self::Live => "live",
            Self::Free => "free",
        }
    }
}

/// The places.
#[derive(Debug)]
pub(crate) struct Lanes {
    panics: Arc<Semaphore>,
    writes: Places,
    reads: Places,
    /// How many calls for help of each caller are under way.
    calling: Mutex<HashMap<ActorId, usize>>,
}

/// One caller's call for help, from its head to its answer.
#[derive(Debug)]
pub(crate) struct Calling<'a> {
    lanes: &'a Lanes,
    who: ActorId,
}

impl Drop for Calling<'_> {
    fn drop(&mut self) {
        let calling = self.lanes.calling.lock();
        let mut calling = calling.unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = calling.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                calling.remove(&self.who);
            }
        }
    }
}

impl Lanes {
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            panics: Arc::new(Semaphore::new(PANICS_RESERVED)),
            writes: Places::new(settings.writes_max),
            reads: Places::new(settings.reads_max),
            calling: Mutex::default(),
        }
    }

    /// Counts a call for help of that caller, before its body is read: whoever begins many and ends
    /// none takes nobody else's place.
    pub(crate) fn call(&self, who: &Actor) -> Result<Calling<'_>, Problem> {
        let most = match who.role {
            Role::Integration => PANICS_PER_MACHINE_MAX,
            _ => PANICS_PER_PERSON_MAX,
        };
        let calling = self.calling.lock();
        let mut calling = calling.unwrap_or_else(PoisonError::into_inner);
        let count = calling.entry(who.id.clone()).or_default();
        if *count >= most {
            return Err(refuse(Lane::Panic, phrase("answer-calls")));
        }
        *count += 1;
        Ok(Calling {
            lanes: self,
            who: who.id.clone(),
        })
    }

    /// A place for a call for help that has arrived.
    pub(crate) fn help(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let place = self.panics.clone().try_acquire_owned().ok();
        let place = place.or_else(|| self.writes.lend());
        place.ok_or_else(|| refuse(Lane::Panic, phrase("answer-full")))
    }

    /// A place that is held until the answer is there, but for the time in which a body is awaited; `None`
    /// where none is needed, and for a call for help, which takes its own when it has arrived.
    pub(super) fn enter(&self, lane: Lane, crowded: bool) -> Result<Option<Place>, Problem> {
        let place = match lane {
            Lane::Panic | Lane::Free => return Ok(None),
            _ if crowded => {
                return Err(Problem {
                    closes: true,
                    ..refuse(lane, phrase("answer-connections"))
                });
            }
            Lane::Write => self.writes.take(),
            Lane::Read => self.reads.take(),
            Lane::Live => return Ok(None),
        };
        match place {
            Some(place) => Ok(Some(place)),
            None => Err(refuse(lane, phrase("answer-full"))),
        }
    }
}

pub(super) fn refuse(lane: Lane, why: &str) -> Problem {
    metrics::counter!("outcry_http_refused_total", "lane" => lane.words()).increment(1);
    Problem::new(kind::OVERLOADED, why).retry_after(RETRY_AFTER_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes(writes_max: usize) -> Lanes {
        Lanes::of(&Settings {
            writes_max,
            reads_max: 1,
            ..Settings::default()
        })
    }

    #[test]
    fn a_call_for_help_is_taken_when_nothing_else_is() {
        let lanes = lanes(1);
        let _write = lanes.enter(Lane::Write, false).expect("first");
        assert_eq!(
            lanes.enter(Lane::Write, false).unwrap_err().retry_after_s,
            Some(RETRY_AFTER_S)
        );
        assert!(lanes.enter(Lane::Panic, true).is_ok(), "however crowded");
        let held: Vec<_> = (0..PANICS_RESERVED)
            .map(|_| lanes.help().expect("reserved"))
            .collect();
        assert!(lanes.help().is_err());
        drop(held);
        assert!(lanes.help().is_ok());
    }

    #[test]
    fn calls_for_help_take_the_places_of_reports_too() {
        let lanes = lanes(3);
        let held: Vec<_> = (0..PANICS_RESERVED + 3)
            .map(|_| lanes.help().expect("reserved, then shared"))
            .collect();
        assert!(lanes.enter(Lane::Write, false).is_err());
        drop(held);
    }

    #[test]
    fn each_route_has_its_lane() {
        for (method, route, lane) in [
            (Method::POST, "/api/v1/panic", Lane::Panic),
            (Method::POST, "/api/v1/reports", Lane::Write),
            (Method::GET, "/api/v1/incidents/{id}", Lane::Read),
            (Method::GET, "/api/v1/live", Lane::Live),
            (Method::GET, "/healthz", Lane::Free),
            (Method::GET, "/assets/{*path}", Lane::Free),
            (Method::POST, "/sign-in/{secret}", Lane::Write),
        ] {
            assert_eq!(Lane::of(&method, route), lane, "{route}");
        }
    }
}
