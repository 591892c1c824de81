//! `/metrics` in the Prometheus text format.

use std::sync::OnceLock;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::house::Shared;

/// Seconds: fine where people wait, coarse where something is wrong.
const BUCKETS_S: &[f64] = &[
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// The counters and histograms of this process.
#[derive(Clone)]
pub(crate) struct Metrics(Option<PrometheusHandle>);

impl Metrics {
    /// The recorder of the process; there is one, however many houses it runs.
    pub(crate) fn install() -> Self {
        static ONE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
        let handle = ONE.get_or_init(|| {
            let builder = PrometheusBuilder::new();
            builder
                .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), BUCKETS_S)
                .ok()?
                .install_recorder()
                .ok()
        });
        Self(handle.clone())
    }
}

/// `GET /metrics`.
pub(crate) async fn scrape(State(counter): State<Shared>) -> Response {
    for (role, streams) in counter.house.live.connected() {
        let streams = u32::try_from(streams).unwrap_or(u32::MAX);
        metrics::gauge!("outcry_live_streams_by_role", "role" => role.words()).set(streams);
    }
    let stream = if counter.house.bus.is_open() { 1 } else { 0 };
    metrics::gauge!("outcry_stream_open").set(stream);
    for (name, one) in counter.loops() {
        let held = if one.held { 1 } else { 0 };
        metrics::gauge!("outcry_loop_held", "loop" => name).set(held);
    }
    let text = counter.metrics.0.as_ref().map(|handle| {
        handle.run_upkeep();
        handle.render()
    });
    let form = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, form)], text.unwrap_or_default()).into_response()
}
