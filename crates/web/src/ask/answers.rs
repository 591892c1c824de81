//! Answers to requests with an `Idempotency-Key` that change nothing in an incident: kept in memory
//! for a while, so that a repetition gets the same answer. (Reports and verbs are kept in the ledger,
//! in the same transaction; events are recognised by source and id even after a restart.)

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use outcry_domain::{Actor, PersonId};
use outcry_ledger::Error;

use super::Key;
use crate::limits::{ANSWERS_BYTES_MAX, ANSWERS_MAX};
use crate::problem::Problem;

/// A finished answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
    /// Whose way in it holds.
    way_in_of: Option<PersonId>,
}

/// The latest answers.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    known: HashMap<String, Known>,
    order: VecDeque<String>,
    /// What the bodies of all answers weigh together.
    bytes: usize,
}

#[derive(Debug, Clone)]
struct Known {
    hash: [u8; 32],
    answer: Option<Answer>,
}

/// A place for an answer that is being made; given back when it is dropped without one.
struct Place<'a> {
    answers: &'a Answers,
    name: String,
    kept: bool,
}

impl Answers {
    /// The answer of `work`, or the one that was given before to the same key and body.
    pub(crate) async fn once(
        &self,
        (actor, key, hash): (&Actor, Option<&Key>, [u8; 32]),
        work: impl Future<Output = Result<Answer, Problem>>,
    ) -> Result<Response, Problem> {
        let Some(key) = key else {
            return Ok(work.await?.into_response());
        };
        let name = format!("{}\n{}", actor.id, key.as_str());
        if let Some(answer) = self.begin(&name, hash)? {
            let mut response = answer.into_response();
            response
                .headers_mut()
                .insert("idempotency-replayed", HeaderValue::from_static("true"));
            return Ok(response);
        }
        let mut place = Place {
            answers: self,
            name,
            kept: false,
        };
        let answer = work.await?;
        place.keep(answer.clone());
        Ok(answer.into_response())
    }

    /// Keeps no way in of somebody any longer.
    pub(crate) fn forget(&self, person: &PersonId) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let gone: Vec<String> = held
            .known
            .iter()
            .filter(|(_, known)| {
                let answer = known.answer.as_ref();
                answer.is_some_and(|answer| answer.way_in_of.as_ref() == Some(person))
            })
            .map(|(name, _)| name.clone())
            .collect();
        gone.iter().for_each(|name| held.remove(name));
        let Held { known, order, .. } = &mut *held;
        order.retain(|name| known.contains_key(name));
    }

    fn begin(&self, name: &str, hash: [u8; 32]) -> Result<Option<Answer>, Problem> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match held.known.get(name) {
            Some(known) if known.hash != hash => Err(Error::Reused.into()),
            Some(Known { answer: None, .. }) => Err(Error::InFlight.into()),
            Some(known) => Ok(known.answer.clone()),
            None => {
                held.known
                    .insert(name.to_owned(), Known { hash, answer: None });
                held.order.push_back(name.to_owned());
                held.shrink();
                Ok(None)
            }
        }
    }
}

impl Held {
    fn remove(&mut self, name: &str) {
        let answer = self.known.remove(name).and_then(|known| known.answer);
        self.bytes -= answer.map_or(0, |answer| answer.body.len());
    }

    /// Lets the oldest answers go until the rest is within the limits; what is under way stays, or the same
    /// request would be done twice.
    fn shrink(&mut self) {
        while (self.order.len() > ANSWERS_MAX || self.bytes > ANSWERS_BYTES_MAX)
            && let Some(oldest) = self.order.iter().position(|name| self.is_answered(name))
            && let Some(name) = self.order.remove(oldest)
        {
            self.remove(&name);
        }
    }

    fn is_answered(&self, name: &str) -> bool {
        let known = self.known.get(name);
        known.is_none_or(|known| known.answer.is_some())
    }
}

impl Place<'_> {
    fn keep(&mut self, answer: Answer) {
        let mut held = self
            .answers
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = held.known.get_mut(&self.name) {
            let bytes = answer.body.len();
            let before = known.answer.replace(answer);
            held.bytes += bytes;
            held.bytes -= before.map_or(0, |before| before.body.len());
            held.shrink();
        }
        self.kept = true;
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if !self.kept {
            let mut held = self
                .answers
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            held.remove(&self.name);
            held.order.retain(|name| *name != self.name);
        }
    }
}

impl Answer {
    pub(crate) fn json(status: StatusCode, body: &impl serde::Serialize) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_default();
        Self {
            status,
            body: body.into(),
            way_in_of: None,
        }
    }

    /// The same, with a secret that lets somebody in.
    pub(crate) fn way_in(self, person: PersonId) -> Self {
        Self {
            way_in_of: Some(person),
            ..self
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let form = [(header::CONTENT_TYPE, "application/json")];
        (self.status, form, self.body).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use outcry_domain::{ActorId, Reach, Role};

    fn tills() -> Actor {
        Actor {
            id: ActorId::Person("tills".parse().expect("a slug")),
            role: Role::Integration,
            reach: Reach::All,
        }
    }

    async fn asked(answers: &Answers, key: &str, text: &str) -> bool {
        let key = Key::named(key);
        let body = Answer::json(StatusCode::OK, &text);
        let work = async { Ok(body) };
        let answer = answers.once((&tills(), Some(&key), [0; 32]), work).await;
        let headers = answer.expect("answered").into_parts().0.headers;
        headers.contains_key("idempotency-replayed")
    }

    #[tokio::test]
    async fn large_answers_leave_no_room_for_the_oldest() {
        let answers = Answers::default();
        let large = "x".repeat(ANSWERS_BYTES_MAX / 4);
        for key in ["a", "b", "c"] {
            assert!(!asked(&answers, key, &large).await);
        }
        for key in ["a", "b", "c"] {
            assert!(asked(&answers, key, &large).await, "{key} is known");
        }
        assert!(!asked(&answers, "d", &large).await);
        assert!(!asked(&answers, "a", "short").await, "it had to go");
        assert!(asked(&answers, "d", &large).await);
        let held = answers.0.lock().expect("whole");
        assert!(held.bytes <= ANSWERS_BYTES_MAX);
        assert_eq!(held.known.len(), held.order.len());
        let weighed = held
            .known
            .values()
            .filter_map(|known| known.answer.as_ref());
        assert_eq!(
            held.bytes,
            weighed.map(|answer| answer.body.len()).sum::<usize>()
        );
    }

    #[tokio::test]
    async fn what_is_under_way_is_not_begun_a_second_time_however_much_is_kept() {
        let (answers, who, key) = (Answers::default(), tills(), Key::named("slow"));
        let slow = answers.once((&who, Some(&key), [0; 32]), std::future::pending());
        let mut slow = std::pin::pin!(slow);
        assert!(slow.as_mut().now_or_never().is_none());
        let large = "x".repeat(ANSWERS_BYTES_MAX / 4);
        for key in ["a", "b", "c", "d", "e"] {
            assert!(!asked(&answers, key, &large).await);
        }
        let work = async { Ok(Answer::json(StatusCode::OK, &"a second time")) };
        let again = answers.once((&who, Some(&key), [0; 32]), work).await;
        assert!(again.is_err(), "it is under way");
    }
}
