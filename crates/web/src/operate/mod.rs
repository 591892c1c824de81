//! What an operator asks: is it alive, is it ready, how busy is it.

mod health;
mod metrics;

pub(crate) use health::{Asked, health, ready};
pub(crate) use metrics::{Metrics, scrape};
